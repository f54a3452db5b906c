package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.Redis;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Shadow, off and enforce side by side: what the client, the backend, the counters, the metrics and the log see. */
class ModesIT extends GatewayScene {

    private static final int LIMIT = 100;
    private static final int INSPECT = 64 << 10;

    private static final String ROUTES = """
            gating: { mode: shadow }
            body: { inspect: 64KiB }
            routes:
              - { path: /api/open, public: true, upstream: shop }
              - { path: /api/watched, feature: advanced_analytics, upstream: shop }
              - { path: /api/gated, feature: advanced_analytics, mode: enforce, upstream: shop }
              - { path: /api/ungated, feature: advanced_analytics, mode: "off", upstream: shop }
              - { path: /api/watched-orders, feature: basic_orders, upstream: shop }
              - { path: /api/orders, feature: basic_orders, mode: enforce, upstream: shop }
              - { path: /api/watched-model, feature: basic_products, model: { from: [ body ], name: model }, upstream: shop }
              - { path: /api/model, feature: basic_products, model: { from: [ body ], name: model }, mode: enforce, upstream: shop }
            """;

    @BeforeAll
    static void start() throws Exception {
        serve(ROUTES);
    }

    @Test
    void a_routes_own_mode_counts_and_else_the_gateways() {
        assertThat(gateway.get("1", "/api/watched").status()).isEqualTo(200);
        assertThat(decision()).isEqualTo("shadow-deny");
        assertThat(gateway.get("2", "/api/watched").status()).isEqualTo(200);
        assertThat(decision()).isEqualTo("shadow-allow");
        assertThat(gateway.get("1", "/api/ungated").status()).isEqualTo(200);
        assertThat(decision()).isEqualTo("bypass");
        assertThat(gateway.get("2", "/api/gated").status()).isEqualTo(200);
        assertThat(decision()).isEqualTo("allow");
        gateway.backend().reset();
        assertThat(gateway.get("1", "/api/gated").status()).isEqualTo(403);
        assertThat(gateway.backend().requests()).isEmpty();
    }

    @Test
    void a_public_route_has_no_decision() {
        assertThat(gateway.get("1", "/api/open").status()).isEqualTo(200);
        assertThat(gateway.backend().last().header("X-Tiergate-Decision")).isEmpty();
    }

    @Test
    void in_shadow_the_client_gets_nothing_of_the_gates_own() {
        var watched = fields(gateway.get("1", "/api/watched-orders"));
        assertThat(watched).isEqualTo(fields(gateway.get("1", "/api/open")));
        assertThat(fields(gateway.get("1", "/api/watched"))).isEqualTo(watched);
        assertThat(fields(gateway.get("nobody", "/api/watched"))).isEqualTo(watched);
        assertThat(decision()).isEqualTo("shadow-deny");
    }

    @Test
    void in_shadow_no_token_or_a_bad_one_passes_without_an_identity() {
        for (var field : List.of("", "Authorization: Bearer no.such.token\r\n", "X-Tiergate-Store-Id: 2\r\n")) {
            var answer = gateway.exchange("GET /api/watched HTTP/1.1\r\nHost: gw.test\r\n" + field + "\r\n");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("WWW-Authenticate")).isEmpty();
            assertThat(decision()).isEqualTo("shadow-deny");
            assertThat(gateway.backend().last().headers().stream()
                            .map(header -> header.name().toLowerCase(java.util.Locale.ROOT))
                            .filter(name -> name.startsWith("x-tiergate-")))
                    .containsExactlyInAnyOrder("x-tiergate-decision", "x-tiergate-feature");
        }
    }

    @Test
    void shadow_counts_for_itself_and_never_the_real_units() {
        gateway.store("counted", "essential");
        for (int used = 1; used <= LIMIT; used++) {
            assertThat(gateway.get("counted", "/api/watched-orders").status()).isEqualTo(200);
            assertThat(decision()).isEqualTo("shadow-allow");
        }
        assertThat(gateway.get("counted", "/api/watched-orders").status()).isEqualTo(200);
        assertThat(decision()).isEqualTo("shadow-deny");
        var real = gateway.get("counted", "/api/orders");
        assertThat(real.status()).isEqualTo(200);
        assertThat(real.header("RateLimit").orElseThrow()).startsWith("\"orders\";r=" + (LIMIT - 1));
        assertThat(gateway.metric(
                        "feature_limit_exceeded_total{feature=\"basic_orders\",limit=\"orders\",mode=\"shadow\"}"))
                .isEqualTo(1);
    }

    @Test
    void metrics_tell_shadow_from_enforce() {
        var series = "feature_access_denied_total{feature=\"advanced_analytics\",mode=\"%s\",reason=\"tier_too_low\","
                + "tier=\"professional\"}";
        gateway.store("measured", "professional");
        for (int i = 0; i < 3; i++) {
            gateway.get("measured", "/api/watched");
        }
        gateway.get("measured", "/api/gated");
        assertThat(gateway.metric(series.formatted("shadow"))).isEqualTo(3);
        assertThat(gateway.metric(series.formatted("enforce"))).isEqualTo(1);
        assertThat(gateway.metric("tiergate_gating_bypassed")).isZero();
    }

    @Test
    void the_log_says_in_which_mode_a_request_was_refused() {
        gateway.store("logged", "essential");
        try (var log = LogLines.of("dev.tiergate.decision", Level.INFO)) {
            gateway.get("logged", "/api/watched");
            gateway.get("logged", "/api/gated");
            assertThat(members(log))
                    .extracting(line -> line.get("store_id"), line -> line.get("mode"), line -> line.get("reason_code"))
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple("logged", "shadow", "tier_too_low"),
                            org.assertj.core.groups.Tuple.tuple("logged", "enforce", "tier_too_low"));
        }
    }

    @Test
    void in_shadow_a_body_past_the_bound_passes_on_as_it_came() throws Exception {
        for (int length : List.of(INSPECT, INSPECT + 1, 10 * INSPECT)) {
            var body = "{\"model\":\"any\",\"text\":\"" + "x".repeat(length - 25) + "\"}";
            assertThat(body).hasSize(length);
            passes(body, "Content-Length: " + length + "\r\n\r\n" + body);
            passes(body, "Transfer-Encoding: chunked\r\n\r\n" + chunked(body));
        }
    }

    @Test
    void enforced_the_same_body_is_too_large_one_byte_past_the_bound() {
        var large = "{\"model\":\"any\",\"text\":\"" + "x".repeat(INSPECT + 1 - 25) + "\"}";
        var answer =
                gateway.exchange(head("POST", "/api/model") + "Content-Length: " + large.length() + "\r\n\r\n" + large);
        assertThat(answer.status()).isEqualTo(413);
        assertThat(gateway.backend().requests()).isEmpty();
    }

    private static void passes(String body, String sent) throws Exception {
        var answer = gateway.exchange(head("POST", "/api/watched-model") + sent);
        assertThat(answer.status()).isEqualTo(200);
        var digest = MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.ISO_8859_1));
        assertThat(gateway.backend().last().sha256()).isEqualTo(HexFormat.of().formatHex(digest));
        assertThat(gateway.backend().last().length()).isEqualTo(body.length());
    }

    @Test
    void in_shadow_a_client_that_waits_to_be_told_to_go_on_is_told_once() {
        var body = "{\"model\":\"any\",\"text\":\"" + "x".repeat(2 * INSPECT) + "\"}";
        try (var client = RawClient.connect(gateway.port())) {
            client.send(
                    head("POST", "/api/watched-model") + "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n");
            assertThat(client.readNext().status()).isEqualTo(100);
            client.send(chunked(body));
            assertThat(client.readNext().status()).isEqualTo(200);
        }
        assertThat(gateway.backend().last().length()).isEqualTo(body.length());
    }

    @Test
    void while_the_counters_are_away_shadow_does_not_know_and_lets_pass() throws Exception {
        try (var redis = Redis.embedded();
                var own = RunningGateway.start(
                        ROUTES + "limits: { headers: true }\n",
                        Map.of("TIERGATE_REDIS_URL", redis.uri(), "TIERGATE_REDIS_DEADLINE_MS", "250"),
                        List.of())) {
            own.store("1", "essential");
            assertThat(own.get("1", "/api/watched-orders").status()).isEqualTo(200);
            redis.pause();
            assertThat(own.get("1", "/api/watched-orders").status()).isEqualTo(200);
            assertThat(own.backend().last().header("X-Tiergate-Decision")).contains("shadow-unknown");
            redis.resume();
        }
    }

    @Test
    void the_environments_false_caps_every_route_at_off() throws Exception {
        try (var own = RunningGateway.start(ROUTES, Map.of("FEATURE_GATING_V2_ENABLED", "false"), List.of())) {
            for (var path : List.of("/api/watched", "/api/gated", "/api/ungated", "/api/orders")) {
                var answer = own.exchange("GET " + path + " HTTP/1.1\r\nHost: gw.test\r\nX-Tiergate-Tier: x\r\n\r\n");
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.header("RateLimit")).isEmpty();
                assertThat(own.backend().last().header("X-Tiergate-Decision")).contains("bypass");
                assertThat(own.backend().last().header("X-Tiergate-Tier")).isEmpty();
            }
            assertThat(own.exchange("GET /api//gated HTTP/1.1\r\nHost: gw.test\r\n\r\n")
                            .status())
                    .isEqualTo(400);
            assertThat(own.metric("tiergate_gating_bypassed")).isEqualTo(1);
            var gating = new JsonObject(own.admin("/status").text()).getJsonObject("gating");
            assertThat(gating.getString("routes_yaml")).isEqualTo("shadow");
            assertThat(gating.getString("effective")).isEqualTo("off");
        }
    }

    private static String head(String method, String target) {
        return method + " " + target + " HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer " + gateway.token("1")
                + "\r\nContent-Type: application/json\r\n";
    }

    private static String chunked(String body) {
        return Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n";
    }

    private static String decision() {
        return gateway.backend().last().header("X-Tiergate-Decision").orElseThrow();
    }

    private static List<String> fields(RawClient.Response answer) {
        assertThat(answer.status()).isEqualTo(200);
        return answer.headers().stream()
                .map(header -> header.name().toLowerCase(java.util.Locale.ROOT))
                .sorted()
                .toList();
    }

    /** The lines of refusals, each a map of its members. */
    private static List<Map<String, Object>> members(LogLines log) {
        return log.all()
                .map(line -> line.getKeyValuePairs().stream()
                        .collect(Collectors.toMap(pair -> pair.key, pair -> pair.value)))
                .toList();
    }
}
