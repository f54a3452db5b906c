package dev.tiergate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.Main;
import dev.tiergate.RunningGateway;
import dev.tiergate.entitlement.CatalogueFile;
import dev.tiergate.fixtures.Postgres;
import dev.tiergate.plugins.PluginCatalogue;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** routes.yaml and the catalogues at the root fit each other: every code that a route names is one that a database has. */
class RootFilesIT {

    private static final Path ROOT = root();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        var database = Postgres.shared().createDatabase();
        gateway = RunningGateway.start(
                "routes: [ { path: /health, public: true, upstream: shop } ]",
                Map.of("TIERGATE_DATABASE_URL", database),
                PluginCatalogue.ofClassPath().checks());
        gateway.backend().respondWith(200, Map.of(), gateway.mint().jwks());
        CatalogueFile.importInto(database, ROOT.resolve("catalogues/phoenix.yaml"));
        awaitPhoenix();
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    /** The gateway hears of the import; until then it refuses what names it. */
    private static void awaitPhoenix() throws Exception {
        var edition = new int[1];
        until(() -> {
            gateway.write("routes: [ { path: /chat, feature: chat_basic, upstream: shop } ] # " + ++edition[0]);
            gateway.await(gateway.gateway().checkRoutes());
            return refusal().isEmpty();
        });
    }

    @Test
    void every_code_that_the_routes_name_is_in_the_seed_or_in_phoenix() throws Exception {
        serve(routes());
        until(() -> status().getInteger("count") == count());
        assertThat(refusal()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "feature: basic_orders, feature: basic_order, the catalogue has no feature 'basic_order'",
        "limit: team_members, limit: team_member, the catalogue has no limit 'team_member'",
        "minimum-tier: business, minimum-tier: busines, the catalogue has no tier 'busines'",
        "group: premium, group: premiun, the catalogue has no model group 'premiun'",
    })
    void a_code_that_is_in_neither_is_refused_with_its_place(String right, String wrong, String message)
            throws Exception {
        serve(routes().replaceFirst(right + "\\b", wrong));
        assertThat(refusal()).contains(message).containsPattern("routes\\.yaml:[0-9]+:[0-9]+: ");
    }

    @Test
    void validate_calls_the_routes_good() throws Exception {
        var command = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "validate",
                        ROOT.resolve("routes.yaml").toString())
                .redirectErrorStream(true);
        command.environment().put("TIERGATE_JWKS_URI", "https://id.tiergate.dev/jwks.json");
        var process = command.start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("routes.yaml: good, " + count() + " routes");
    }

    private static int count() throws IOException {
        return (int) routes().lines()
                .filter(line -> line.matches(" *- (\\{ )?path: .*"))
                .count();
    }

    private static void serve(String file) throws Exception {
        gateway.write(file.getBytes(StandardCharsets.UTF_8));
        gateway.await(gateway.gateway().checkRoutes());
    }

    /** Each look is a request of its own, so that this does not spin; keys are fetched before new routes serve. */
    private static void until(Callable<Boolean> condition) throws Exception {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as(refusal()).isLessThan(deadline);
        }
    }

    /** With the keys where this test has them. */
    private static String routes() throws IOException {
        return Files.readString(ROOT.resolve("routes.yaml")).replace("${TIERGATE_JWKS_URI}", "${SHOP}/jwks.json");
    }

    private static JsonObject status() {
        return new JsonObject(gateway.admin("/status").text()).getJsonObject("routes");
    }

    private static String refusal() {
        return Objects.requireNonNullElse(status().getString("last_change_refused"), "");
    }

    private static Path root() {
        var folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("catalogues"))) {
            folder = folder.getParent();
        }
        return folder;
    }
}
