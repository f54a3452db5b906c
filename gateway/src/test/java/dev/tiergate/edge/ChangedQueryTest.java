package dev.tiergate.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChangedQueryTest {

    @ParameterizedTest
    @CsvSource({
        "limit=9, limit=5",
        "limit, limit=5",
        "limit=, limit=5",
        "a=1&limit=9&b=2, a=1&b=2&limit=5",
        "limit=9&a=1&limit=8, a=1&limit=5",
        "a=1, a=1&limit=5",
        "a=%7e+x&limits=9&xlimit=9, a=%7e+x&limits=9&xlimit=9&limit=5",
        "a=1&&b, a=1&&b&limit=5",
    })
    void a_parameter_gets_one_value_and_all_else_stays(String query, String changed) {
        assertThat(ChangedQuery.of(query, Map.of("limit", "5"))).isEqualTo(changed);
    }

    /** Each of them is the same parameter to some backend. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "LIMIT=9",
                "%6cimit=9",
                "limit%20=9",
                "+limit=9",
                "limit[]=9",
                "limit%5B0%5D=9",
                "limit%00x=9",
                "a=1;limit=9",
                "a=1;Limit[]=9",
            })
    void no_spelling_of_it_stays_beside_the_value(String query) {
        var rest = query.startsWith("a=1") ? "a=1&" : "";
        assertThat(ChangedQuery.of(query, Map.of("limit", "5"))).isEqualTo(rest + "limit=5");
    }

    @Test
    void a_name_with_brackets_is_itself_and_nothing_else() {
        assertThat(ChangedQuery.of("page[size]=9&page[number]=2&page=1", Map.of("page[size]", "5")))
                .isEqualTo("page[number]=2&page=1&page%5Bsize%5D=5");
    }

    @Test
    void names_and_values_are_encoded() {
        assertThat(ChangedQuery.of(null, Map.of("a b", "&=#\u00e4"))).isEqualTo("a+b=%26%3D%23%C3%A4");
    }

    @Test
    void an_escape_that_is_none_is_left_where_it_is() {
        assertThat(ChangedQuery.of("%zz=1", Map.of("limit", "5"))).isEqualTo("%zz=1&limit=5");
    }

    @Test
    void without_values_a_query_stays_as_it_came() {
        assertThat(ChangedQuery.of("a=1&", Map.of())).isEqualTo("a=1&");
        assertThat(ChangedQuery.of(null, Map.of())).isNull();
    }
}
