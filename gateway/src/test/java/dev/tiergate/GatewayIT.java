package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.RawClient;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The main job on real input: route, feature, store, entitlement, limit, backend, or the refusal. */
class GatewayIT extends GatewayScene {

    private static final String ROUTES = """
            gating: { upgrade-url: "/store/{store_code}/billing" }
            routes:
              - { path: /health, public: true, upstream: shop }
              - { path: /api/analytics/advanced/**, feature: advanced_analytics, upstream: shop }
              - { path: /api/orders, methods: [ POST ], feature: basic_orders, upstream: shop }
              - path: /api/products
                methods: [ POST ]
                feature: basic_products
                charge: [ { limit: products, cost: 1, on: success } ]
                upstream: shop
              - path: /api/products/{id}
                methods: [ DELETE ]
                feature: basic_products
                charge: [ { limit: products, cost: -1, on: success } ]
                upstream: shop
              - { path: /api/reports/**, minimum-tier: business, upstream: shop }
              - { path: /api/account, upstream: shop }
              - { path: /api/watched, feature: advanced_analytics, mode: shadow, upstream: shop }
              - { path: /api/open, feature: advanced_analytics, mode: "off", upstream: shop }
            """;

    @BeforeAll
    static void start() throws Exception {
        serve(ROUTES);
    }

    @Test
    void a_public_route_is_forwarded_without_a_token() {
        var answer = gateway.exchange("GET /health HTTP/1.1\r\nHost: gw.test\r\n\r\n");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(gateway.backend().last().header("X-Tiergate-Store-Id")).isEmpty();
        assertThat(gateway.backend().last().header("X-Tiergate-Decision")).isEmpty();
    }

    @Test
    void a_store_whose_tier_has_the_feature_reaches_the_backend_with_its_identity() {
        var answer = gateway.get("2", "/api/analytics/advanced/sales?from=1");
        assertThat(answer.status()).isEqualTo(200);
        var seen = gateway.backend().last();
        assertThat(seen.target()).isEqualTo("/api/analytics/advanced/sales?from=1");
        assertThat(seen.header("X-Tiergate-Store-Id")).contains("2");
        assertThat(seen.header("X-Tiergate-Store-Code")).contains("store-2");
        assertThat(seen.header("X-Tiergate-Tier")).contains("business");
        assertThat(seen.header("X-Tiergate-Feature")).contains("advanced_analytics");
        assertThat(seen.header("X-Tiergate-User")).contains("user-1");
        assertThat(seen.header("X-Tiergate-Decision")).contains("allow");
        assertThat(seen.header("X-Request-Id")).isEqualTo(answer.header("X-Request-Id"));
    }

    @Test
    void a_store_whose_tier_lacks_the_feature_is_told_what_to_upgrade_to() {
        var answer = gateway.get("1", "/api/analytics/advanced/sales");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.header("Content-Type")).contains("application/json");
        var json = new JsonObject(answer.text());
        assertThat(json.fieldNames())
                .startsWith("detail", "feature_code", "required_tier", "upgrade_url")
                .contains("reason", "current_tier", "request_id");
        assertThat(json.getString("detail")).isEqualTo("Feature 'advanced_analytics' requires Business tier or higher");
        assertThat(json.getString("required_tier")).isEqualTo("Business");
        assertThat(json.getString("upgrade_url")).isEqualTo("/store/store-1/billing");
        assertThat(json.getString("reason")).isEqualTo("tier_too_low");
        assertThat(json.getString("current_tier")).isEqualTo("Essential");
        assertThat(gateway.backend().requests()).isEmpty();
    }

    @Test
    void without_a_token_nothing_is_said_but_that_one_is_needed() {
        var answer = gateway.exchange("GET /api/account HTTP/1.1\r\nHost: gw.test\r\n\r\n");
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).contains("Bearer");
        assertThat(gateway.backend().requests()).isEmpty();
    }

    @Test
    void an_unknown_store_is_refused() {
        var answer = gateway.get("nobody", "/api/account");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(new JsonObject(answer.text()).getString("reason")).isEqualTo("store_unknown");
    }

    @Test
    void a_route_that_asks_for_a_token_only_passes_with_one() {
        assertThat(gateway.get("1", "/api/account").status()).isEqualTo(200);
    }

    @Test
    void a_minimum_tier_asks_for_a_tier_without_a_feature() {
        var answer = gateway.get("1", "/api/reports/q1");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(new JsonObject(answer.text()).getValue("feature_code")).isNull();
        assertThat(gateway.get("2", "/api/reports/q1").status()).isEqualTo(200);
    }

    @Test
    void a_limit_admits_exactly_its_value_and_then_says_when_it_resets() {
        gateway.store("3", "essential");
        for (int order = 1; order <= 100; order++) {
            var answer = post("3", "/api/orders");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("RateLimit").orElseThrow()).startsWith("\"orders\";r=" + (100 - order));
        }
        var answer = post("3", "/api/orders");
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.header("Retry-After")).isPresent();
        var json = new JsonObject(answer.text());
        assertThat(json.getString("limit_type")).isEqualTo("orders");
        assertThat(json.getInteger("current")).isEqualTo(100);
        assertThat(json.getInteger("remaining")).isZero();
        assertThat(json.getString("required_tier")).isEqualTo("Professional");
        assertThat(gateway.backend().requests()).hasSize(100);
    }

    @Test
    void units_of_a_request_that_the_backend_refused_come_back() {
        gateway.store("4", "essential");
        gateway.backend().respondWith(422, Map.of(), "no");
        assertThat(post("4", "/api/products").status()).isEqualTo(422);
        gateway.backend().respondWith(201, Map.of(), "yes");
        assertThat(post("4", "/api/products").header("RateLimit").orElseThrow()).startsWith("\"products\";r=199");
    }

    @Test
    void what_a_store_holds_goes_down_again_and_never_below_nothing() {
        gateway.store("5", "essential");
        try (var client = RawClient.connect(gateway.port())) {
            for (int round = 0; round < 2; round++) {
                assertThat(client.exchange(request("DELETE", "5", "/api/products/1"))
                                .status())
                        .isEqualTo(200);
                var answer = client.exchange(request("POST", "5", "/api/products"));
                assertThat(answer.header("RateLimit").orElseThrow()).startsWith("\"products\";r=199");
            }
        }
    }

    @Test
    void in_shadow_the_request_passes_and_the_client_sees_no_difference() {
        var answer = gateway.get("1", "/api/watched");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(gateway.backend().last().header("X-Tiergate-Decision")).contains("shadow-deny");
        gateway.exchange("GET /api/watched HTTP/1.1\r\nHost: gw.test\r\n\r\n");
        assertThat(gateway.backend().last().header("X-Tiergate-Store-Id")).isEmpty();
    }

    @Test
    void with_gating_off_nothing_is_asked() {
        gateway.exchange("GET /api/open HTTP/1.1\r\nHost: gw.test\r\n\r\n");
        assertThat(gateway.backend().last().header("X-Tiergate-Decision")).contains("bypass");
    }

    @Test
    void what_no_route_maps_is_not_found_and_a_wrong_method_says_which_are_right() {
        assertThat(gateway.get("1", "/nowhere").status()).isEqualTo(404);
        var answer = gateway.get("1", "/api/orders");
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow").orElseThrow()).contains("POST");
    }

    @Test
    void a_refused_connection_is_ready_for_the_next_request() {
        try (var client = RawClient.connect(gateway.port())) {
            var refused =
                    client.exchange("POST /api/orders HTTP/1.1\r\nHost: gw.test\r\nContent-Length: 5\r\n\r\nhello");
            assertThat(refused.status()).isEqualTo(401);
            assertThat(client.exchange("GET /health HTTP/1.1\r\nHost: gw.test\r\n\r\n")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void operators_see_what_serves() {
        assertThat(gateway.admin("/live").status()).isEqualTo(200);
        assertThat(gateway.admin("/ready").status()).isEqualTo(200);
        var status = new JsonObject(gateway.admin("/status").text());
        assertThat(status.getJsonObject("routes").getInteger("count")).isEqualTo(9);
        assertThat(status.getJsonObject("gating").getString("effective")).isEqualTo("enforce");
        gateway.get("1", "/api/analytics/advanced/sales");
        assertThat(gateway.admin("/metrics").text())
                .contains("feature_access_denied_total{feature=\"advanced_analytics\",mode=\"enforce\","
                        + "reason=\"tier_too_low\",tier=\"essential\"}");
    }

    private static RawClient.Response post(String store, String target) {
        return gateway.exchange(request("POST", store, target));
    }

    private static String request(String method, String store, String target) {
        return method + " " + target + " HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer " + gateway.token(store)
                + "\r\nContent-Length: 0\r\n\r\n";
    }
}
