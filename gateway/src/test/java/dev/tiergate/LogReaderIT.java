package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Ports;
import dev.tiergate.fixtures.RawClient;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever reads the log may stop, and gets all that is said before the gateway ends. */
class LogReaderIT {

    private static final String ROUTES = """
            version: 1
            upstreams: { shop: { endpoints: [ "http://127.0.0.1:1" ] } }
            auth: { jwt: { secret: 0123456789abcdef0123456789abcdef-test, algorithms: [ HS256 ] } }
            routes:
              - { path: /public, public: true, upstream: shop }
            """;

    private static final Map<String, String> ENVIRONMENT =
            Map.of("FEATURE_GATING_V2_ENABLED", "false", "TIERGATE_LOG_LEVEL", "debug", "TIERGATE_DRAIN_DELAY", "0");

    /** Far more than the gateway keeps for a reader, and than a pipe holds. */
    private static final int MANY = 20_000;

    /** Requests that wait on a connection, so that a refusal costs no way there and back of its own. */
    private static final int AT_ONCE = 100;

    private static final int KEPT = 8192;

    /** More lines than what is not a request's refusal can have meanwhile. */
    private static final int OTHERS = 100;

    @TempDir
    private Path folder;

    @Test
    void a_reader_that_stops_stops_no_request_and_is_told_how_many_lines_it_missed() throws Exception {
        try (var gateway = start()) {
            gateway.stopReading();
            refuse(gateway.port(), MANY);
            gateway.readOn();
            Eventually.holds(
                    "each line is read or counted",
                    () -> refusals(gateway.log()).size() + dropped(gateway) >= MANY);
            var read = refusals(gateway.log());
            assertThat(read).hasSizeGreaterThan(KEPT).isSorted();
            assertThat(dropped(gateway)).isBetween(MANY - read.size(), MANY - read.size() + OTHERS);
            refuse(gateway.port(), 1);
            Eventually.holds(
                    "lines are written again", () -> refusals(gateway.log()).size() == read.size() + 1);
        }
    }

    @Test
    void a_reader_that_stops_does_not_keep_the_gateway_from_ending() throws Exception {
        try (var gateway = start()) {
            gateway.stopReading();
            refuse(gateway.port(), MANY);
            gateway.terminate();
            Eventually.holds("the end", () -> !gateway.alive());
            gateway.readOn();
            assertThat(gateway.exitCode()).isZero();
        }
    }

    @Test
    void what_is_logged_last_is_written_before_the_gateway_ends() throws Exception {
        var log = folder.resolve("log");
        int port = Ports.free();
        Map<String, String> environment = new HashMap<>(ENVIRONMENT);
        environment.put("TIERGATE_PORT", Integer.toString(port));
        try (var gateway = GatewayProcess.start(routes(), environment, log)) {
            Eventually.holds("it serves", () -> Files.readString(log).contains("on port " + port));
            refuse(port, AT_ONCE);
            gateway.terminate();
            assertThat(gateway.exitCode()).isZero();
        }
        assertThat(refusals(Files.readAllLines(log))).hasSize(AT_ONCE);
    }

    private GatewayProcess start() throws Exception {
        var gateway = GatewayProcess.start(routes(), ENVIRONMENT);
        gateway.port();
        return gateway;
    }

    private Path routes() throws IOException {
        return Files.writeString(folder.resolve("routes.yaml"), ROUTES);
    }

    /** On one connection, so that one thread of the gateway logs them. */
    private static void refuse(int port, int times) {
        try (var client = RawClient.connect(port)) {
            for (var sent = 0; sent < times; sent += AT_ONCE) {
                var now = Math.min(AT_ONCE, times - sent);
                var requests = new StringBuilder();
                for (var i = sent; i < sent + now; i++) {
                    requests.append(
                            "GET /nowhere HTTP/1.1\r\nHost: gw.test\r\nX-Request-Id: %05d\r\n\r\n".formatted(i));
                }
                client.send(requests.toString());
                for (var i = 0; i < now; i++) {
                    assertThat(client.readNext().status()).isEqualTo(404);
                }
            }
        }
    }

    /** The requests' ids, which ascend on each connection. */
    private static List<String> refusals(List<String> log) {
        return lines(log)
                .filter(line -> line.containsKey("reason_code"))
                .map(line -> line.getString("client_request_id"))
                .toList();
    }

    private static int dropped(GatewayProcess gateway) {
        return lines(gateway.log())
                .filter(line -> line.getString("message").startsWith("Log lines dropped"))
                .mapToInt(line -> line.getInteger("suppressed"))
                .sum();
    }

    private static Stream<JsonObject> lines(List<String> log) {
        return log.stream().map(JsonObject::new);
    }
}
