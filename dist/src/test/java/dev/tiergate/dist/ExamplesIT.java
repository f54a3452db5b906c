package dev.tiergate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.Docs;
import dev.tiergate.fixtures.MmdbWriter;
import dev.tiergate.plugins.InvalidPluginsException;
import dev.tiergate.plugins.PluginCatalogue;
import dev.tiergate.routes.LoadResult;
import dev.tiergate.routes.RoutesLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the pages show of routes.yaml is what the gateway takes, with the plugins that are shipped. */
class ExamplesIT {

    private static final Pattern FULL = Pattern.compile("(?m)^version:");
    private static final Pattern ROUTES = Pattern.compile("(?m)^routes:");

    /** What an example of routes leaves out. */
    private static final String HEAD = """
            version: 1
            upstreams: { shop: { endpoints: [ "http://127.0.0.1:9001" ] } }
            auth: { jwt: { jwks: "https://id.example.com/jwks.json", algorithms: [ RS256 ] } }
            """;

    @TempDir
    static Path folder;

    private static RoutesLoader loader;

    @BeforeAll
    static void prepare() throws IOException, InvalidPluginsException {
        var countries = new MmdbWriter(6, "GeoLite2-Country").add("192.0.2.0/24", "LU");
        var file = Files.write(folder.resolve("countries.mmdb"), countries.bytes());
        var environment = Map.of(
                "COUNTRIES",
                file.toString(),
                "CRM_URL",
                "https://crm.example.com/hooks/tiergate",
                "CRM_KEY",
                "whsec_" + "k".repeat(44),
                "RULES_TOKEN",
                "of-the-service");
        loader = PluginCatalogue.ofClassPath().routes(environment::get);
    }

    static List<Path> pages() throws IOException {
        return Docs.pages();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void every_example_of_routes_loads(Path page) {
        for (var example : Docs.blocks(page, "yaml")) {
            if (ROUTES.matcher(example).find()) {
                var text = FULL.matcher(example).find() ? example : HEAD + example;
                assertThat(loader.load("example.yaml", text, null)).isInstanceOf(LoadResult.Loaded.class);
            }
        }
    }
}
