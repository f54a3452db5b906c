package dev.tiergate.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiergate.GivenPlugin;
import dev.tiergate.plugin.Allow;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each file under routes/bad is wrong in its own way; the text beside it has every message, in order. */
class BadRoutesTest {

    private static final Path BAD = Path.of("src/test/resources/routes/bad");

    /** Appears in messages only by mistake. */
    private static final String SECRET = "s3cret";

    private static final Map<String, String> ENVIRONMENT = Map.of(
            "COUNT",
            "7",
            "RATIO",
            "0.5",
            "ON",
            "true",
            "SOME_TEXT",
            SECRET + " text",
            "SHORT_SECRET",
            SECRET + "-xxxxxxxxxxxxxxxxxxxxxxxx",
            "LONG_SECRET",
            SECRET + "-xxxxxxxxxxxxxxxxxxxxxxxxx");

    private final RoutesLoader loader = new RoutesLoader(
            SamplePlugins.ALL, SamplePlugins.QUOTAS, SamplePlugins.SINKS, SamplePlugins.SCHEMAS, ENVIRONMENT::get);

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(BAD)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void every_problem_is_listed_with_place_and_remedy(Path file) throws IOException {
        String expected = Files.readString(Path.of(file.toString().replace(".yaml", ".txt")));
        assertThat(messages(file)).isEqualTo(expected).doesNotContain(SECRET).doesNotContain("Exception");
    }

    @Test
    void a_plugin_cannot_be_called_like_what_stands_beside_plugins() {
        var mode = GivenPlugin.of("mode", call -> Future.succeededFuture(Allow.plain()));
        assertThatThrownBy(() -> new RoutesLoader(List.of(mode), ENVIRONMENT::get))
                .hasMessage("no plugin can be called mode");
    }

    @Test
    void each_text_has_its_file() throws IOException {
        try (Stream<Path> texts = Files.list(BAD)) {
            assertThat(texts.filter(file -> file.toString().endsWith(".txt")))
                    .allSatisfy(text -> assertThat(Path.of(text.toString().replace(".txt", ".yaml")))
                            .exists());
        }
    }

    @Test
    void a_problem_prints_as_file_line_column_and_message() {
        assertThat(new RoutesProblem("conf/routes.yaml", 12, 5, "unknown key 'x'"))
                .hasToString("conf/routes.yaml:12:5: unknown key 'x'");
    }

    @Test
    void a_file_cut_off_anywhere_before_its_routes_is_refused(@TempDir Path directory) throws IOException {
        String whole = Files.readString(Path.of("src/test/resources/routes/good/everything.yaml"));
        Path file = directory.resolve("routes.yaml");
        for (int length = 0; length < whole.indexOf("\nroutes:"); length += 5) {
            Files.writeString(file, whole.substring(0, length));
            assertThat(loader.load(file, SampleCatalogue.ORION)).isInstanceOf(LoadResult.Rejected.class);
        }
    }

    private String messages(Path file) {
        LoadResult result = loader.load(file, SampleCatalogue.ORION);
        return result instanceof LoadResult.Rejected rejected
                ? rejected.problems().stream()
                        .map(problem -> problem.toString().replace(file + ":", "") + "\n")
                        .collect(Collectors.joining())
                : "loaded\n";
    }
}
