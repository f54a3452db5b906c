package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Reason;
import dev.tiergate.telemetry.LogKeys;
import dev.tiergate.telemetry.MetricNames;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.ReflectionSupport;

/** What the pages say of the code is what the code says. */
class DocsTest {

    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```$");

    static List<Path> pages() throws IOException {
        return Docs.pages();
    }

    @Test
    void the_settings_are_those_of_the_code() {
        var documented = Docs.table("docs/operations.md", "## Settings").stream()
                .map(row -> row.stream().map(cell -> cell.replace("`", "")).toList())
                .toList();
        var real = Arrays.stream(Setting.values())
                .map(setting -> List.of(setting.variable(), setting.fallback(), setting.meaning()))
                .toList();
        assertThat(documented).isEqualTo(real);
    }

    @Test
    void the_metrics_are_those_of_the_code() {
        var documented = Docs.code(Docs.table("docs/operations.md", "## Metrics"), 0).stream()
                .map(name -> name.replaceFirst("_(total|seconds)$", ""))
                .toList();
        assertThat(documented).containsExactlyInAnyOrderElementsOf(Docs.constants(MetricNames.class, String.class));
    }

    @Test
    void the_log_keys_are_those_of_the_code() {
        assertThat(Docs.code(Docs.table("docs/operations.md", "dev.tiergate.decision"), 0))
                .containsExactlyInAnyOrderElementsOf(Docs.constants(LogKeys.class, String.class));
    }

    @Test
    void the_reasons_are_those_of_the_code() {
        var documented = Docs.table("docs/http.md", "### Reasons").stream()
                .map(row -> new Reason(row.get(0).replace("`", ""), Integer.parseInt(row.get(1))))
                .toList();
        assertThat(documented).isEqualTo(Docs.constants(Reason.class, Reason.class));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void every_link_within_the_project_leads_somewhere(Path page) {
        var dead = LINK.matcher(FENCED.matcher(Docs.read(page)).replaceAll(""))
                .results()
                .map(found -> found.group(1))
                .filter(link -> !link.contains("://"))
                .filter(link -> !leads(page, link))
                .toList();
        assertThat(dead).isEmpty();
    }

    private static boolean leads(Path page, String link) {
        var parts = link.split("#", 2);
        var target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        return Files.exists(target)
                && (parts.length == 1
                        || HEADING.matcher(Docs.read(target))
                                .results()
                                .anyMatch(found -> Docs.anchor(found.group(1)).equals(parts[1])));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void every_example_of_json_is_json(Path page) {
        Docs.blocks(page, "json")
                .forEach(example -> assertThat(new JsonObject(example)).isNotEmpty());
    }

    @Test
    void what_the_page_on_plugins_shows_stands_in_plugins_that_are_tested() throws IOException {
        var source = sources("plugins/header")
                + sources("plugins/degrade")
                + sources("plugins/quota-cost")
                + sources("plugins/webhook")
                + sources("plugins/token-bucket");
        for (var example : Docs.blocks(Docs.root().resolve("docs/plugins.md"), "java")) {
            assertThat(example.lines())
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(source).contains(line));
        }
    }

    private static String sources(String plugin) throws IOException {
        try (var files = Files.walk(Docs.root().resolve(plugin + "/src"))) {
            return files.filter(Files::isRegularFile).map(Docs::read).collect(Collectors.joining());
        }
    }

    @Test
    void the_descriptor_on_the_page_on_plugins_is_that_of_a_plugin() {
        var descriptor = Docs.read("plugins/header/src/main/resources/META-INF/tiergate-plugin.json");
        assertThat(Docs.blocks(Docs.root().resolve("docs/plugins.md"), "json")).containsExactly(descriptor);
    }

    @Test
    void every_pitfall_has_a_test_that_exists() throws IOException {
        var pitfalls = Docs.read("docs/pitfalls.md")
                .lines()
                .filter(line -> line.startsWith("| ") && !line.equals("| what goes wrong | the test |"))
                .toList();
        assertThat(pitfalls)
                .isNotEmpty()
                .allSatisfy(line -> assertThat(Docs.code(line)).anyMatch(name -> name.contains("#")));
        var tests = tests();
        assertThat(pitfalls.stream().flatMap(line -> Docs.code(line).stream()).filter(name -> name.contains("#")))
                .allMatch(tests::contains);
    }

    /** All tests of the gateway, as {@code Class#method}. */
    private static Set<String> tests() throws IOException {
        var sources = Docs.root().resolve("gateway/src/test/java");
        Set<String> all = new HashSet<>();
        try (var files = Files.walk(sources)) {
            for (var file : files.filter(file -> file.toString().matches(".*(Test|IT)\\.java"))
                    .toList()) {
                var name =
                        sources.relativize(file).toString().replace(".java", "").replace('/', '.');
                var type = ReflectionSupport.tryToLoadClass(name).toOptional().orElseThrow();
                for (var method : type.getDeclaredMethods()) {
                    if (AnnotationSupport.isAnnotated(method, Testable.class)) {
                        all.add(type.getSimpleName() + "#" + method.getName());
                    }
                }
            }
        }
        return all;
    }

    @Test
    void decisions_are_numbered_without_a_gap_and_begin_with_their_number() throws IOException {
        try (var files = Files.list(Docs.root().resolve("docs/decisions"))) {
            var number = 0;
            for (var decision : files.sorted().toList()) {
                number++;
                assertThat(decision.getFileName().toString()).startsWith("%04d-".formatted(number));
                assertThat(Docs.read(decision))
                        .startsWith("# " + number + ". ")
                        .contains("**Question.**", "**Choice.**");
            }
        }
    }
}
