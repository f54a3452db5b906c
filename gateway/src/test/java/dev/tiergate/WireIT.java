package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.RawClient;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** HTTP/1 byte for byte through the whole gateway: bounds, older versions, waiting and vanishing clients. */
class WireIT extends GatewayScene {

    private static final int MAX = 1024;

    /** Much more than the buffers of two sockets hold. */
    private static final int LONG = 16 * 1024 * 1024;

    private static final int LIMIT = 100;

    private static final String ROUTES = """
            body: { max: 1KiB }
            routes:
              - { path: /api/orders, methods: [ GET, HEAD, POST ], feature: basic_orders, upstream: shop }
              - { path: /api/analytics/**, feature: advanced_analytics, upstream: shop }
              - { path: /api/chat, feature: advanced_analytics, model: { from: [ body ], name: model }, upstream: shop }
              - { path: /api/open, public: true, upstream: shop }
            """;

    @BeforeAll
    static void start() throws Exception {
        serve(ROUTES);
        gateway.sql("INSERT INTO model_groups (code, name, models) VALUES ('small', 'Small', '{tiny}');"
                + "INSERT INTO tier_model_groups (tier_code, group_code) VALUES ('business', 'small')");
    }

    @Test
    void a_denied_client_that_waits_to_be_told_to_go_on_never_is() {
        try (var client = RawClient.connect(gateway.port())) {
            client.send(head("POST /api/analytics/x", "1") + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
            assertThat(client.readNext().status()).isEqualTo(403);
            assertThat(client.awaitClose()).isTrue();
        }
        assertThat(gateway.backend().arrived()).isZero();
    }

    @Test
    void an_allowed_client_is_told_once_to_go_on() {
        try (var client = RawClient.connect(gateway.port())) {
            client.send(head("POST /api/analytics/x", "2") + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
            assertThat(client.readNext().status()).isEqualTo(100);
            client.send("hello");
            assertThat(client.readNext().status()).isEqualTo(200);
        }
        assertThat(gateway.backend().last().text()).isEqualTo("hello");
    }

    @Test
    void a_client_whose_body_is_read_for_its_model_is_told_once_to_go_on() {
        for (var model : Map.of("tiny", 200, "huge", 403).entrySet()) {
            var body = "{\"model\":\"" + model.getKey() + "\"}";
            try (var client = RawClient.connect(gateway.port())) {
                client.send(head("POST /api/chat", "2") + "Content-Type: application/json\r\nExpect: 100-continue\r\n"
                        + "Content-Length: " + body.length() + "\r\n\r\n");
                assertThat(client.readNext().status()).isEqualTo(100);
                client.send(body);
                assertThat(client.readNext().status()).as(body).isEqualTo(model.getValue());
            }
        }
        assertThat(gateway.backend().requests()).hasSize(1);
    }

    @Test
    void http_1_0_is_answered_unchunked_and_closed() {
        gateway.backend()
                .respond((received, response) -> response.setChunked(true).end("in pieces"));
        try (var client = RawClient.connect(gateway.port())) {
            var answer = client.exchange(older("GET /api/analytics/x", "") + "\r\n");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("Transfer-Encoding")).isEmpty();
            assertThat(answer.text()).isEqualTo("in pieces");
            assertThat(client.awaitClose()).isTrue();
        }
    }

    @Test
    void http_1_0_may_keep_its_connection_as_ab_does() {
        try (var client = RawClient.connect(gateway.port())) {
            for (int i = 0; i < 3; i++) {
                var answer = client.exchange(older("GET /api/analytics/x", "Connection: Keep-Alive\r\n") + "\r\n");
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.header("Content-Length")).isPresent();
                assertThat(answer.header("Transfer-Encoding")).isEmpty();
                assertThat(answer.header("Connection").orElse("")).isEqualToIgnoringCase("keep-alive");
            }
        }
    }

    @Test
    void head_is_gated_and_counted_as_get() {
        gateway.store("heads", "essential");
        try (var client = RawClient.connect(gateway.port())) {
            client.send(head("HEAD /api/orders", "heads") + "\r\n");
            var counted = client.readHead();
            assertThat(counted.status()).isEqualTo(200);
            assertThat(counted.header("RateLimit").orElseThrow()).startsWith("\"orders\";r=" + (LIMIT - 1));
            client.send(head("HEAD /api/analytics/x", "heads") + "\r\n");
            assertThat(client.readHead().status()).isEqualTo(403);
            client.send(head("GET /api/orders", "heads") + "\r\n");
            assertThat(client.read().header("RateLimit").orElseThrow()).startsWith("\"orders\";r=" + (LIMIT - 2));
        }
    }

    @Test
    void a_body_may_have_its_most_bytes_and_not_one_more_whether_declared_or_not() {
        for (var path : List.of("/api/analytics/x", "/api/open")) {
            assertThat(post(path, declared(MAX)).status()).isEqualTo(200);
            assertThat(gateway.backend().last().length()).isEqualTo(MAX);
            assertThat(post(path, chunked(MAX)).status()).isEqualTo(200);
            assertThat(gateway.backend().last().length()).isEqualTo(MAX);
            for (var sent : List.of(declared(MAX + 1), chunked(MAX + 1), chunked(100 * MAX))) {
                var answer = post(path, sent);
                assertThat(answer.status()).isEqualTo(413);
                assertThat(new JsonObject(answer.text()).getString("reason")).isEqualTo("request_too_large");
                // a short rest of known length is read and forgotten; after any other the connection is of no use
                assertThat(answer.header("Connection").isPresent()).isEqualTo(sent.startsWith("Transfer-Encoding"));
            }
        }
        assertThat(gateway.backend().requests()).hasSize(4);
    }

    @Test
    void a_client_that_sends_all_of_a_refused_body_before_it_reads_gets_its_answer() {
        for (var chunked : List.of(true, false)) {
            var answer = post("/api/analytics/x", chunked ? chunked(LONG) : declared(LONG));
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.header("Connection")).contains("close");
        }
    }

    @Test
    void a_body_that_is_read_for_its_model_is_held_to_the_same_bound() {
        var json = "{\"model\":\"tiny\",\"text\":\"" + "x".repeat(MAX) + "\"}";
        var answer = gateway.exchange(head("POST /api/chat", "2")
                + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(json.length()) + "\r\n" + json + "\r\n0\r\n\r\n");
        assertThat(answer.status()).isEqualTo(413);
        assertThat(gateway.backend().requests()).isEmpty();
    }

    @Test
    void units_of_a_body_that_was_too_long_come_back() throws Exception {
        gateway.store("long", "essential");
        assertThat(gateway.exchange(head("POST /api/orders", "long") + chunked(MAX + 1))
                        .status())
                .isEqualTo(413);
        var used = new int[1];
        Eventually.holds("the unit is back", () -> {
            used[0]++;
            return remaining("long") == LIMIT - used[0];
        });
    }

    @Test
    void too_long_targets_and_heads_are_named() {
        assertThat(gateway.exchange(head("GET /api/open?" + "q".repeat(20_000), "2") + "\r\n")
                        .status())
                .isEqualTo(414);
        assertThat(gateway.exchange(head("GET /api/open", "2") + "X-Long: " + "x".repeat(20_000) + "\r\n\r\n")
                        .status())
                .isEqualTo(431);
        assertThat(gateway.backend().arrived()).isZero();
    }

    @Test
    void an_upgrade_that_nobody_knows_says_which_one_is_known() {
        var answer = gateway.exchange(head("GET /api/open", "2") + "Connection: Upgrade\r\nUpgrade: chess\r\n\r\n");
        assertThat(answer.status()).isEqualTo(426);
        assertThat(answer.header("Upgrade")).contains("websocket");
        assertThat(gateway.backend().arrived()).isZero();
    }

    @Test
    void a_client_that_leaves_ends_the_backends_work_and_has_used_its_unit() {
        gateway.store("gone", "essential");
        try (var hold = gateway.backend().hold();
                var client = RawClient.connect(gateway.port())) {
            client.send(head("GET /api/orders", "gone") + "\r\n");
            gateway.backend().awaitRequests(1);
            client.reset();
            gateway.backend().awaitAborted(1);
            hold.release();
        }
        assertThat(remaining("gone")).isEqualTo(LIMIT - 2);
    }

    private static long remaining(String store) {
        var field = gateway.get(store, "/api/orders").header("RateLimit").orElseThrow();
        return Long.parseLong(field.replaceAll(".*;r=(\\d+).*", "$1"));
    }

    private static RawClient.Response post(String path, String rest) {
        return gateway.exchange(head("POST " + path, "2") + rest);
    }

    private static String declared(int length) {
        return "Content-Length: " + length + "\r\n\r\n" + "x".repeat(length);
    }

    private static String chunked(int length) {
        var half = length / 2;
        return "Transfer-Encoding: chunked\r\n\r\n" + chunk(half) + chunk(length - half) + "0\r\n\r\n";
    }

    private static String chunk(int length) {
        return Integer.toHexString(length) + "\r\n" + "x".repeat(length) + "\r\n";
    }

    private static String head(String line, String store) {
        return line + " HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer " + gateway.token(store) + "\r\n";
    }

    private static String older(String line, String more) {
        return line + " HTTP/1.0\r\nHost: gw.test\r\nUser-Agent: ApacheBench/2.3\r\nAccept: */*\r\n"
                + "Authorization: Bearer " + gateway.token("2") + "\r\n" + more;
    }
}
