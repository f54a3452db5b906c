package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiergate.routes.VariableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretFilesTest {

    private static final int MOST = 64 * 1024;

    @TempDir
    private Path folder;

    private Function<String, String> with(Map<String, String> variables) {
        return SecretFiles.behind(variables::get);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"s3cret|s3cret", "s3cret\\n|s3cret", "s3cret\\r\\n|s3cret", "a\\n\\n|a\\n", "' a '|' a '"})
    void the_value_is_what_the_file_holds_without_its_last_line_end(String content, String value) throws IOException {
        var file = Files.writeString(folder.resolve("secret"), unescaped(content));
        assertThat(with(Map.of("SECRET_FILE", file.toString())).apply("SECRET")).isEqualTo(unescaped(value));
    }

    private static String unescaped(String text) {
        return text.replace("\\r", "\r").replace("\\n", "\n");
    }

    @Test
    void it_is_read_anew_each_time() throws IOException {
        var file = Files.writeString(folder.resolve("secret"), "first");
        var variables = with(Map.of("SECRET_FILE", file.toString()));
        assertThat(variables.apply("SECRET")).isEqualTo("first");
        Files.writeString(file, "second");
        assertThat(variables.apply("SECRET")).isEqualTo("second");
    }

    @Test
    void without_a_file_a_variable_is_what_it_is() {
        assertThat(with(Map.of("A", "1")).apply("A")).isEqualTo("1");
        assertThat(with(Map.of("A", "1", "A_FILE", " ")).apply("A")).isEqualTo("1");
        assertThat(with(Map.of()).apply("A")).isNull();
    }

    @Test
    void two_places_and_none_are_told_without_the_value() {
        assertThatThrownBy(() ->
                        with(Map.of("A", "s3cret", "A_FILE", "/etc/hosts")).apply("A"))
                .isInstanceOf(VariableException.class)
                .hasMessage("both A and A_FILE are set; unset one");
        assertThatThrownBy(() -> with(Map.of("A_FILE", folder.resolve("absent").toString()))
                        .apply("A"))
                .isInstanceOf(VariableException.class)
                .hasMessageContaining("A_FILE")
                .hasMessageContaining("cannot be read");
    }

    @Test
    void a_file_of_64_kib_is_read_and_a_longer_one_is_not() throws IOException {
        var file = Files.writeString(folder.resolve("secret"), "x".repeat(MOST));
        var variables = with(Map.of("A_FILE", file.toString()));
        assertThat(variables.apply("A")).hasSize(MOST);
        Files.writeString(file, "x".repeat(MOST + 1));
        assertThatThrownBy(() -> variables.apply("A")).hasMessageContaining("larger than 64 KiB");
    }
}
