package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Postgres;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.RecordingBackend;
import dev.tiergate.fixtures.Redis;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line from the outside: exit codes, messages, signals. */
class RunIT {

    private static final int CLIENTS = 20;

    /** Can be no folder, also for root. */
    private static final String NOWHERE = "/dev/null/nowhere";

    @TempDir
    Path folder;

    @Test
    void help_lists_every_setting() {
        var text = run("run", "--help");
        for (var setting : Setting.values()) {
            assertThat(text).contains(setting.variable());
        }
    }

    @Test
    void validate_says_that_a_good_file_is_good() throws IOException {
        var file = routes("http://127.0.0.1:1");
        assertThat(run("validate", file.toString())).contains("good, 2 routes").startsWith("exit 0");
    }

    @Test
    void validate_lists_every_problem_with_its_place() throws IOException {
        var file = Files.writeString(folder.resolve("bad.yaml"), "version: 2\nroutes: [ { upstrem: shop } ]\n");
        assertThat(run("validate", file.toString()))
                .startsWith("exit 2")
                .contains("bad.yaml:1:10: ")
                .contains("bad.yaml:2:13: ")
                .doesNotContain("\tat ");
    }

    @Test
    void validate_checks_codes_against_the_catalogues_that_are_given() throws IOException {
        var file = Files.writeString(folder.resolve("codes.yaml"), """
                version: 1
                upstreams: { shop: { endpoints: [ "http://127.0.0.1:1" ] } }
                auth: { jwt: { secret: 0123456789abcdef0123456789abcdef-test, algorithms: [ HS256 ] } }
                routes:
                  - { path: /chat, feature: chat_basic, upstream: shop }
                  - { path: /news, feature: news_serch, upstream: shop }
                """);
        assertThat(run("validate", "--catalog", "../catalogues/phoenix.yaml", file.toString()))
                .startsWith("exit 2")
                .contains("codes.yaml:6:29: ", "news_search")
                .doesNotContain("codes.yaml:5:");
        assertThat(run("validate", file.toString())).startsWith("exit 0").contains("no catalogue is at hand");
    }

    @Test
    void routes_lists_the_routes_and_their_chains() throws IOException {
        var file = routes("http://127.0.0.1:1").toString();
        assertThat(run("routes", file).lines())
                .containsExactly("exit 0", "* /health to shop, public", "* /api/gated to shop, enforce");
        assertThat(run("routes", "--chain", file).lines())
                .containsExactly(
                        "exit 0",
                        "* /health to shop, public",
                        "* /api/gated to shop, enforce",
                        "   1  identity",
                        "   2  entitlements",
                        "   3  store active",
                        "   4  feature advanced_analytics",
                        "   5  feature roles",
                        "   6  limits");
        var bad = Files.writeString(folder.resolve("bad.yaml"), "version: 2\n").toString();
        assertThat(run("routes", bad)).startsWith("exit 2").contains("bad.yaml:1:10: ");
        assertThat(run("--help")).contains("routes");
        assertThat(run("routes", "--help")).startsWith("exit 0").contains("--chain");
    }

    @Test
    void a_bad_file_stops_the_start() throws Exception {
        var file = Files.writeString(folder.resolve("bad.yaml"), "version: 1\n");
        try (var gateway = GatewayProcess.start(file, Map.of("FEATURE_GATING_V2_ENABLED", "false"))) {
            assertThat(gateway.exitCode()).isEqualTo(2);
            assertThat(gateway.output()).anyMatch(line -> line.contains("bad.yaml:1:1: "));
        }
    }

    @Test
    void a_setting_that_is_missing_or_wrong_stops_the_start_without_printing_a_secret() throws Exception {
        var file = routes("http://127.0.0.1:1");
        try (var gateway = GatewayProcess.start(
                file,
                Map.of(
                        "TIERGATE_DATABASE_URL", "mysql://me:canary@db/x",
                        "TIERGATE_IO_URING", "perhaps",
                        "FEATURE_GATING_V2_ENABLED", "perhaps"))) {
            assertThat(gateway.exitCode()).isEqualTo(2);
            assertThat(String.join("\n", gateway.output()))
                    .contains(
                            "TIERGATE_DATABASE_URL",
                            "TIERGATE_REDIS_URL",
                            "TIERGATE_IO_URING is to be true or false, not 'perhaps'",
                            "FEATURE_GATING_V2_ENABLED")
                    .doesNotContain("canary");
        }
    }

    @Test
    void a_failed_migration_ends_the_gateway_with_3() throws Exception {
        var database = Postgres.shared().createDatabase();
        try (var connection = DriverManager.getConnection(Postgres.jdbcUrl(database));
                var sql = connection.createStatement()) {
            sql.execute("CREATE TABLE tiers (something_else int)");
        }
        var environment = Map.of(
                "TIERGATE_DATABASE_URL",
                database,
                "TIERGATE_REDIS_URL",
                Redis.shared().uri());
        try (var gateway = GatewayProcess.start(routes("http://127.0.0.1:1"), environment)) {
            assertThat(gateway.exitCode()).isEqualTo(3);
            assertThat(gateway.log())
                    .filteredOn(
                            line -> !line.contains("serves the usage counters")) // the line to Redis opens meanwhile
                    .last()
                    .asString()
                    .contains("Draining");
        }
    }

    @Test
    void with_gating_off_it_serves_without_any_store() throws Exception {
        try (var backend = RecordingBackend.start();
                var gateway =
                        GatewayProcess.start(routes(backend.uri()), Map.of("FEATURE_GATING_V2_ENABLED", "false"))) {
            gateway.awaitReady(200);
            try (var client = RawClient.connect(gateway.port())) {
                var answer = client.exchange("GET /api/gated HTTP/1.1\r\nHost: gw.test\r\nX-Tiergate-Tier: x\r\n\r\n");
                assertThat(answer.status()).isEqualTo(200);
            }
            assertThat(backend.last().header("X-Tiergate-Decision")).contains("bypass");
            assertThat(backend.last().header("X-Tiergate-Tier")).isEmpty();
            var gating = new JsonObject(gateway.admin("/status").text()).getJsonObject("gating");
            assertThat(gating.getString("effective")).isEqualTo("off");
            assertThat(gating.getString("environment")).isEqualTo("off");
        }
    }

    /** As in a container whose file system is read-only. */
    @Test
    void it_serves_without_a_temporary_folder() throws Exception {
        var environment = new HashMap<String, String>();
        environment.put("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + NOWHERE + " -Dio.netty.native.workdir=" + NOWHERE);
        environment.put("TIERGATE_DATABASE_URL", Postgres.shared().createDatabase());
        environment.put("TIERGATE_REDIS_URL", Redis.shared().uri());
        try (var backend = RecordingBackend.start();
                var gateway = GatewayProcess.start(routes(backend.uri()), environment)) {
            gateway.awaitReady(200);
            assertThat(gateway.admin("/docs").status()).isEqualTo(200);
            assertThat(gateway.admin("/docs/swagger-ui.css").status()).isEqualTo(200);
            assertThat(gateway.output()).noneMatch(line -> line.contains("\"ERROR\"") || line.startsWith("\tat "));
        }
    }

    /** By the first refusal on an event loop, all its requests would wait for them. */
    @Test
    void the_classes_that_write_refusals_are_loaded_before_the_first_client_comes() throws Exception {
        var environment = Map.of("FEATURE_GATING_V2_ENABLED", "false", "JAVA_TOOL_OPTIONS", "-Xlog:class+load:stdout");
        try (var gateway = GatewayProcess.start(routes("http://127.0.0.1:1"), environment)) {
            assertThat(gateway.port()).isPositive();
            var before = gateway.log().stream()
                    .takeWhile(line -> !line.contains("Serving "))
                    .toList();
            for (var needed : List.of("Refusals", "RefusalJson", "PhoenixJson", "RefusalPage", "Answer")) {
                assertThat(before).anyMatch(line -> line.contains("dev.tiergate.edge." + needed + " "));
            }
        }
    }

    @Test
    void while_a_store_is_away_gated_routes_answer_503_and_others_serve() throws Exception {
        var environment = Map.of(
                "TIERGATE_DATABASE_URL", "postgresql://me:canary@127.0.0.1:1/db",
                "TIERGATE_REDIS_URL", "redis://127.0.0.1:1");
        try (var backend = RecordingBackend.start();
                var gateway = GatewayProcess.start(routes(backend.uri()), environment)) {
            gateway.awaitReady(503);
            assertThat(gateway.admin("/live").status()).isEqualTo(200);
            var entitlements = new JsonObject(gateway.admin("/ready").text())
                    .getJsonObject("dependencies")
                    .getJsonObject("entitlements");
            assertThat(entitlements.getString("state")).isEqualTo("down");
            assertThat(entitlements.getString("reason")).isNotBlank().doesNotContain("canary");
            try (var client = RawClient.connect(gateway.port())) {
                assertThat(client.exchange("GET /health HTTP/1.1\r\nHost: gw.test\r\n\r\n")
                                .status())
                        .isEqualTo(200);
            }
            assertThat(String.join("\n", gateway.output())).doesNotContain("canary");
        }
    }

    @Test
    void after_sigterm_what_was_accepted_ends_and_the_exit_code_is_0() throws Exception {
        try (var backend = RecordingBackend.start();
                var hold = backend.hold();
                var gateway = GatewayProcess.start(
                        routes(backend.uri()),
                        Map.of("FEATURE_GATING_V2_ENABLED", "false", "TIERGATE_DRAIN_DELAY", "1"));
                var client = RawClient.connect(gateway.port())) {
            var answer = CompletableFuture.supplyAsync(
                    () -> client.exchange("GET /health HTTP/1.1\r\nHost: gw.test\r\n\r\n"));
            backend.awaitRequests(1);
            gateway.terminate();
            gateway.awaitReady(503);
            hold.release();
            assertThat(answer.get().status()).isEqualTo(200);
            assertThat(answer.get().header("Connection")).contains("close");
            assertThat(gateway.exitCode()).isZero();
        }
    }

    @Test
    void no_client_of_a_kept_connection_loses_a_request_when_the_gateway_leaves() throws Exception {
        try (var backend = RecordingBackend.start();
                var gateway = GatewayProcess.start(
                        routes(backend.uri()),
                        Map.of("FEATURE_GATING_V2_ENABLED", "false", "TIERGATE_DRAIN_DELAY", "2"))) {
            var port = gateway.port();
            var pool = Executors.newFixedThreadPool(CLIENTS);
            try {
                var clients = IntStream.range(0, CLIENTS)
                        .mapToObj(i -> CompletableFuture.supplyAsync(() -> askUntilToldToLeave(port), pool))
                        .toList();
                backend.awaitRequests(2 * CLIENTS);
                gateway.terminate();
                for (var client : clients) {
                    assertThat(client.get(30, TimeUnit.SECONDS)).containsOnly(200);
                }
            } finally {
                pool.shutdownNow();
            }
            assertThat(gateway.exitCode()).isZero();
        }
    }

    /** The statuses that one connection got, to the answer that ends it. */
    private static Set<Integer> askUntilToldToLeave(int port) {
        Set<Integer> statuses = new HashSet<>();
        try (var client = RawClient.connect(port)) {
            while (true) {
                var answer = client.exchange("GET /health HTTP/1.1\r\nHost: gw.test\r\n\r\n");
                statuses.add(answer.status());
                if (answer.header("Connection").isPresent()) {
                    return statuses;
                }
            }
        }
    }

    private Path routes(String upstream) throws IOException {
        return Files.writeString(folder.resolve("routes.yaml"), """
                version: 1
                upstreams: { shop: { endpoints: [ "%s" ] } }
                auth: { jwt: { secret: 0123456789abcdef0123456789abcdef-test, algorithms: [ HS256 ] } }
                routes:
                  - { path: /health, public: true, upstream: shop }
                  - { path: /api/gated, feature: advanced_analytics, upstream: shop }
                """.formatted(upstream));
    }

    private static String run(String... args) {
        var out = new StringWriter();
        var writer = new PrintWriter(out, true);
        var code = Main.commandLine().setOut(writer).setErr(writer).execute(args);
        return "exit " + code + "\n" + out;
    }
}
