package dev.tiergate.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswersTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"abc\"|true",
                "W/\"abc\"|true",
                "*|true",
                "\"x\", \"abc\"|true",
                "\"x\";\"abc\"|true",
                "\"x\"|false",
                "abc|false",
                "\"abcd\"|false",
                "\"ab\", \"c\"|false",
            })
    void a_condition_names_a_tag_in_any_of_its_fields(String fields, boolean names) {
        assertThat(Answers.names(Arrays.asList(fields.split(";", -1)), "\"abc\""))
                .isEqualTo(names);
    }
}
