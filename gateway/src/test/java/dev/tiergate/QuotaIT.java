package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.RawClient;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A limit that a plugin counts, the {@link TestCounter}, through a whole gateway. */
class QuotaIT {

    private static final String ROUTES = """
            quotas:
              bursts: { test-counter: { capacity: 6, every: 1h } }
            routes:
              - path: /burst
                methods: [ GET, POST ]
                feature: basic_products
                charge: [ { limit: bursts, cost: 2 } ]
                idempotency-key: optional
                upstream: shop
              - path: /cost
                feature: basic_products
                charge: [ { limit: bursts, header: X-Cost, max: 6, default: 3 }, { limit: products } ]
                upstream: shop
              - path: /quiet
                feature: basic_products
                mode: shadow
                charge: [ { limit: bursts, cost: 6 } ]
                upstream: shop
            """;

    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = RunningGateway.start(ROUTES);
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    @BeforeEach
    void forget() {
        gateway.backend().reset();
    }

    @Test
    void it_refuses_with_the_429_of_every_limit() {
        gateway.store("quota-full", "essential");
        for (int i = 0; i < 3; i++) {
            assertThat(gateway.get("quota-full", "/burst").status()).isEqualTo(200);
        }
        var exceeded = gateway.metric(exceeded());
        var denied = gateway.get("quota-full", "/burst");
        assertThat(denied.status()).isEqualTo(429);
        var json = new JsonObject(denied.text());
        assertThat(json.getString("reason")).isEqualTo("limit_reached");
        assertThat(json.getString("limit_type")).isEqualTo("bursts");
        assertThat(json.getString("window")).isEqualTo("test-counter");
        assertThat(json.getLong("limit")).isEqualTo(6);
        assertThat(json.getLong("current")).isEqualTo(6);
        assertThat(json.getLong("remaining")).isZero();
        assertThat(json.getString("required_tier")).isNull();
        assertThat(json.getString("resets_at")).isNotNull();
        assertThat(denied.header("Retry-After")).contains("3600");
        assertThat(gateway.metric(exceeded()) - exceeded).isEqualTo(1);
    }

    @Test
    void a_failure_of_the_backend_gives_back_and_its_report_settles() {
        gateway.store("quota-cost", "essential");
        answer(503, Map.of());
        gateway.get("quota-cost", "/cost");
        assertThat(used("quota-cost")).isZero();
        answer(200, Map.of("X-Cost", "1"));
        var counted = gateway.get("quota-cost", "/cost");
        assertThat(counted.header("RateLimit")).as("the counted limit").contains("\"products\";r=199");
        assertThat(used("quota-cost")).isEqualTo(1);
        assertThat(gateway.get("quota-cost", "/cost").status())
                .as("6 do not fit")
                .isEqualTo(429);
    }

    @Test
    void the_usage_shows_it_beside_the_others() {
        gateway.store("quota-usage", "essential");
        gateway.get("quota-usage", "/burst");
        gateway.get("quota-usage", "/burst");
        gateway.get("quota-usage", "/burst");
        var summary =
                new JsonObject(gateway.get("quota-usage", "/api/v1/store/usage").text());
        var own = usage(summary);
        assertThat(own.getString("window")).isEqualTo("test-counter");
        assertThat(own.getLong("remaining")).isZero();
        assertThat(own.getBoolean("is_at_limit")).isTrue();
        assertThat(own.getString("resets_at")).isNotNull();
        assertThat(summary.getBoolean("has_limits_reached")).isTrue();
        var check = new JsonObject(
                gateway.get("quota-usage", "/api/v1/store/usage/check/bursts").text());
        assertThat(check.getBoolean("can_proceed")).isFalse();
        assertThat(check.getString("message")).isEqualTo("Limit 'bursts' of 6 is reached");
    }

    @Test
    void a_repeat_under_its_key_is_charged_once() {
        gateway.store("quota-key", "essential");
        for (int i = 0; i < 2; i++) {
            assertThat(keyed("quota-key").status()).isEqualTo(200);
        }
        assertThat(used("quota-key")).isEqualTo(2);
    }

    @Test
    void shadow_counts_apart() {
        gateway.store("quota-shadow", "essential");
        gateway.get("quota-shadow", "/quiet");
        assertThat(gateway.get("quota-shadow", "/quiet").status()).isEqualTo(200);
        assertThat(used("quota-shadow")).isZero();
    }

    @Test
    void what_it_counted_outlives_a_reload() throws Exception {
        gateway.store("quota-reload", "essential");
        gateway.get("quota-reload", "/burst");
        gateway.write(ROUTES + "\n# changed\n");
        gateway.await(gateway.gateway().checkRoutes());
        assertThat(used("quota-reload")).isEqualTo(2);
    }

    private static void answer(int status, Map<String, String> headers) {
        gateway.backend().respondWith(status, headers, "");
    }

    private static RawClient.Response keyed(String store) {
        return gateway.exchange(
                "POST /burst HTTP/1.1\r\nHost: gw.test\r\nContent-Length: 0\r\nIdempotency-Key: once\r\n"
                        + "Authorization: Bearer " + gateway.token(store) + "\r\n\r\n");
    }

    private static String exceeded() {
        return "feature_limit_exceeded_total{feature=\"basic_products\",limit=\"bursts\",mode=\"enforce\"}";
    }

    private static long used(String store) {
        return usage(new JsonObject(gateway.get(store, "/api/v1/store/usage").text()))
                .getLong("current");
    }

    private static JsonObject usage(JsonObject summary) {
        return summary.getJsonArray("usage").stream()
                .map(JsonObject.class::cast)
                .filter(usage -> usage.getString("limit_type").equals("bursts"))
                .findFirst()
                .orElseThrow();
    }
}
