package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.RawClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The store API with the Orion catalogue, beside the gate that it speaks for. */
class StoreApiIT {

    private static final String FEATURES = "/api/v1/store/features";
    private static final String USAGE = "/api/v1/store/usage";

    private static final String ROUTES = """
            cors: { origins: [ "https://shop.example" ] }
            routes:
              - { path: /orders, methods: [ GET ], feature: basic_orders, upstream: shop }
              - { path: /analytics, feature: advanced_analytics, upstream: shop }
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

    @Test
    void available_features_are_codes() {
        gateway.store("available", "essential");
        var answer = json(gateway.get("available", FEATURES + "/available"));
        assertThat(answer.fieldNames()).containsExactly("tier_code", "tier_name", "features", "gating_mode");
        assertThat(answer.getJsonArray("features"))
                .isEqualTo(JsonArray.of(
                        "basic_analytics", "basic_theme", "basic_orders", "basic_products", "basic_support"));
        assertThat(answer.getString("gating_mode")).isEqualTo("enforce");
    }

    @Test
    void all_features_of_the_plan_are_listed_with_what_decided() {
        gateway.store("listed", "professional");
        gateway.sql("INSERT INTO store_feature_overrides (store_id, feature_code, enabled) "
                + "SELECT id, 'white_label', true FROM stores WHERE external_id = 'listed'");
        var answer = json(gateway.get("listed", FEATURES));
        assertThat(answer.getJsonArray("features")).hasSize(32);
        assertThat(feature(answer, "white_label").getString("source")).isEqualTo("override");
        assertThat(feature(answer, "webhooks").getString("reason")).isEqualTo("tier_too_low");
        assertThat(feature(answer, "basic_orders").getJsonArray("limits").encode())
                .isEqualTo("[{\"limit_type\":\"orders\",\"name\":\"Orders\",\"window\":\"month\",\"scope\":\"store\","
                        + "\"limit\":500,\"is_unlimited\":false}]");
        assertThat(json(gateway.get("listed", FEATURES + "?category=team")).getJsonArray("features"))
                .hasSize(3);
        assertThat(gateway.get("listed", FEATURES + "?category=a&category=b").status())
                .isEqualTo(400);
    }

    @Test
    void a_client_that_has_the_answer_need_not_get_it_again() throws Exception {
        gateway.store("tagged", "essential");
        var first = gateway.get("tagged", FEATURES);
        var tag = first.header("ETag").orElseThrow();
        var again = send("GET", FEATURES, "tagged", "If-None-Match: \"other\", " + tag + "\r\n");
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.header("ETag")).contains(tag);
        assertThat(again.header("Content-Length")).isEmpty();
        gateway.sql("UPDATE stores SET tier_code = 'business' WHERE external_id = 'tagged'");
        Eventually.holds(
                "the change is told",
                () -> send("GET", FEATURES, "tagged", "If-None-Match: " + tag + "\r\n")
                                .status()
                        == 200);
    }

    @Test
    void one_feature_is_as_in_the_list_and_an_unknown_one_is_not_there() {
        gateway.store("one", "essential");
        var one = json(gateway.get("one", FEATURES + "/advanced_analytics"));
        one.remove("gating_mode");
        assertThat(one).isEqualTo(feature(json(gateway.get("one", FEATURES)), "advanced_analytics"));
        for (var path : List.of("/nothing", "/nothing/check")) {
            var answer = gateway.get("one", FEATURES + path);
            assertThat(answer.status()).isEqualTo(404);
            assertThat(json(answer).getString("reason")).isEqualTo("feature_unknown");
        }
    }

    @Test
    void a_check_says_what_the_gate_says_and_costs_nothing() {
        gateway.store("check", "essential");
        var refused = json(gateway.get("check", "/analytics"));
        var check = json(gateway.get("check", FEATURES + "/advanced_analytics/check"));
        assertThat(check.getBoolean("has_feature")).isFalse();
        for (var member : List.of("reason", "required_tier", "upgrade_url")) {
            assertThat(check.getString(member)).isEqualTo(refused.getString(member));
        }
        assertThat(json(gateway.get("check", FEATURES + "/basic_orders/check")).encode())
                .isEqualTo("{\"feature_code\":\"basic_orders\",\"has_feature\":true,\"gating_mode\":\"enforce\"}");
        assertThat(usage("check", "orders").getInteger("current")).isZero();
    }

    @Test
    void usage_is_what_the_gate_counted_and_reading_it_costs_nothing() {
        gateway.store("used", "essential");
        orders("used", 79);
        var below = json(gateway.get("used", USAGE));
        assertThat(below.getBoolean("has_limits_approaching")).isFalse();
        assertThat(below.getJsonArray("upgrade_reasons")).isEmpty();
        var last = gateway.get("used", "/orders");
        var summary = json(gateway.get("used", USAGE));
        assertThat(summary.fieldNames())
                .containsExactly(
                        "tier",
                        "usage",
                        "has_limits_approaching",
                        "has_limits_reached",
                        "upgrade_available",
                        "upgrade_tier",
                        "upgrade_reasons",
                        "gating_mode");
        assertThat(summary.getJsonArray("usage").stream().map(one -> ((JsonObject) one).getString("limit_type")))
                .containsExactly("orders", "products", "team_members");
        var orders = usage("used", "orders");
        assertThat(last.header("RateLimit").orElseThrow()).contains("r=" + orders.getInteger("remaining") + ";");
        assertThat(orders.getInteger("current")).isEqualTo(80);
        assertThat(orders.getBoolean("is_approaching_limit")).isTrue();
        assertThat(orders.getString("resets_at")).endsWith("-01T00:00:00Z");
        assertThat(usage("used", "products").getValue("resets_at")).isNull();
        assertThat(summary.getBoolean("has_limits_reached")).isFalse();
        var tier = summary.getJsonObject("upgrade_tier");
        assertThat(tier.getString("code")).isEqualTo("professional");
        assertThat(tier.getInteger("price_increase_cents")).isEqualTo(5000);
        assertThat(tier.getJsonArray("unlocks")).hasSize(10).contains("basic_api");
        assertThat(summary.getJsonArray("upgrade_reasons").getString(0))
                .isEqualTo("80 % of limit 'orders' of 100 a month is used; Professional has 500 a month");
    }

    @Test
    void there_is_room_exactly_as_long_as_the_gate_lets_through() {
        gateway.store("room", "essential");
        orders("room", 99);
        assertThat(room("room", "").getBoolean("can_proceed")).isTrue();
        assertThat(room("room", "?cost=1").getBoolean("can_proceed")).isTrue();
        assertThat(room("room", "?cost=2").getBoolean("can_proceed")).isFalse();
        assertThat(gateway.get("room", "/orders").status()).isEqualTo(200);
        var full = room("room", "");
        var refused = gateway.get("room", "/orders");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(full.getBoolean("can_proceed")).isFalse();
        assertThat(full.getString("message")).isEqualTo(json(refused).getString("detail"));
        assertThat(full.getString("upgrade_tier_name")).isEqualTo(json(refused).getString("required_tier"));
    }

    @Test
    void a_lower_tier_keeps_what_was_used() throws Exception {
        gateway.store("fallen", "professional");
        orders("fallen", 101);
        gateway.sql("UPDATE stores SET tier_code = 'essential' WHERE external_id = 'fallen'");
        Eventually.holds("the change is told", () -> usage("fallen", "orders").getInteger("limit") == 100);
        var orders = usage("fallen", "orders");
        assertThat(orders.getInteger("percentage")).isEqualTo(101);
        assertThat(orders.getInteger("remaining")).isZero();
        assertThat(orders.getBoolean("is_at_limit")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"?cost=0", "?cost=-1", "?cost=x", "?cost=1&cost=2", "?cost=", "?cost=%zz"})
    void a_cost_that_is_none_is_refused(String query) {
        gateway.store("cost-" + Integer.toHexString(query.hashCode()), "essential");
        var answer = gateway.get("cost-" + Integer.toHexString(query.hashCode()), USAGE + "/check/orders" + query);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(json(answer).getString("detail")).contains("'cost'");
    }

    @Test
    void an_unknown_limit_is_not_there() {
        gateway.store("unknown-limit", "essential");
        var answer = gateway.get("unknown-limit", USAGE + "/check/nothing");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(json(answer).getString("reason")).isEqualTo("limit_unknown");
    }

    @Test
    void an_upgrade_is_told_with_its_price_and_what_it_brings() {
        gateway.store("upgrade", "business");
        var info = json(gateway.get("upgrade", USAGE + "/upgrade-info"));
        assertThat(info.fieldNames())
                .containsExactly(
                        "current_tier",
                        "next_tier",
                        "unlocked_features",
                        "raised_limits",
                        "recommended",
                        "reasons",
                        "upgrade_url",
                        "gating_mode");
        assertThat(info.getJsonObject("next_tier").encode())
                .isEqualTo("{\"code\":\"enterprise\",\"name\":\"Enterprise\",\"price_monthly_cents\":39900,"
                        + "\"price_annual_cents\":399000,\"price_increase_cents\":25000}");
        assertThat(info.getJsonArray("raised_limits").encode())
                .isEqualTo("[{\"limit_type\":\"orders\",\"from\":2000,\"to\":-1},"
                        + "{\"limit_type\":\"products\",\"from\":10000,\"to\":-1},"
                        + "{\"limit_type\":\"team_members\",\"from\":15,\"to\":-1}]");
        assertThat(info.getBoolean("recommended")).isFalse();
        assertThat(info.getString("upgrade_url")).isEqualTo("/store/store-upgrade/billing");
        gateway.store("highest", "enterprise");
        assertThat(json(gateway.get("highest", USAGE + "/upgrade-info")).getValue("next_tier"))
                .isNull();
        assertThat(json(gateway.get("highest", USAGE)).getJsonObject("tier").getBoolean("is_highest"))
                .isTrue();
    }

    @Test
    void a_suspended_store_is_answered_and_may_use_nothing() {
        gateway.store("asleep", "business");
        gateway.sql("UPDATE stores SET status = 'suspended' WHERE external_id = 'asleep'");
        assertThat(json(gateway.get("asleep", FEATURES + "/available")).getJsonArray("features"))
                .isEmpty();
        assertThat(json(gateway.get("asleep", FEATURES + "/basic_orders/check")).getString("reason"))
                .isEqualTo("store_suspended")
                .isEqualTo(json(gateway.get("asleep", "/orders")).getString("reason"));
        assertThat(json(gateway.get("asleep", USAGE)).getJsonArray("usage")).hasSize(3);
        assertThat(room("asleep", "").getBoolean("can_proceed")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /api/v1/store/features, 405, GET",
        "DELETE, /api/v1/store/usage, 405, GET",
        "TRACE, /api/v1/store/usage, 405, ''",
        "GET, /api/v1/store/features/a/b, 404, ''",
        "GET, /api/v1/store/usage/other, 404, ''",
    })
    void what_is_no_operation_is_refused(String method, String path, int status, String allow) {
        var answer = send(method, path, "nobody-knows", "Content-Length: 0\r\n");
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("Allow").orElse("")).isEqualTo(allow);
    }

    @Test
    void a_head_has_the_headers_of_the_get() {
        gateway.store("head", "essential");
        var get = gateway.get("head", FEATURES);
        var head = send("HEAD", FEATURES, "head", "");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.header("Content-Length")).isEqualTo(get.header("Content-Length"));
        assertThat(head.header("ETag")).isEqualTo(get.header("ETag"));
    }

    @Test
    void pages_of_an_allowed_origin_may_read_the_answers() {
        gateway.store("cors", "essential");
        var origin = "Origin: https://shop.example\r\n";
        var preflight = gateway.exchange("OPTIONS " + FEATURES + " HTTP/1.1\r\nHost: gw.test\r\n" + origin
                + "Access-Control-Request-Method: GET\r\nAccess-Control-Request-Headers: authorization\r\n\r\n");
        assertThat(preflight.status()).isEqualTo(204);
        assertThat(preflight.header("Access-Control-Allow-Origin")).contains("https://shop.example");
        var answer = send("GET", FEATURES, "cors", origin);
        assertThat(answer.header("Access-Control-Allow-Origin")).contains("https://shop.example");
        assertThat(answer.header("Vary")).contains("Authorization, Cookie, Origin");
        assertThat(send("GET", FEATURES, "cors", "Origin: https://other.example\r\n")
                        .header("Access-Control-Allow-Origin"))
                .isEmpty();
    }

    @Test
    void without_a_good_token_nothing_is_told() {
        for (var path : List.of(FEATURES, USAGE, FEATURES + "/basic_orders/check")) {
            var answer = gateway.exchange("GET " + path + " HTTP/1.1\r\nHost: gw.test\r\n\r\n");
            assertThat(answer.status()).isEqualTo(401);
            assertThat(json(answer).getString("reason")).isEqualTo("authentication_required");
        }
        assertThat(json(gateway.get("nobody-knows", FEATURES)).getString("reason"))
                .isEqualTo("store_unknown");
    }

    @Test
    void nothing_of_it_reaches_the_backend() {
        gateway.store("own", "essential");
        gateway.backend().reset();
        gateway.get("own", FEATURES);
        gateway.get("own", USAGE);
        assertThat(gateway.backend().requests()).isEmpty();
    }

    private static void orders(String store, int times) {
        for (var i = 0; i < times; i++) {
            assertThat(gateway.get(store, "/orders").status()).isEqualTo(200);
        }
    }

    private static JsonObject usage(String store, String limit) {
        return of(json(gateway.get(store, USAGE)).getJsonArray("usage"), "limit_type", limit);
    }

    private static JsonObject room(String store, String query) {
        return json(gateway.get(store, USAGE + "/check/orders" + query));
    }

    private static JsonObject feature(JsonObject answer, String code) {
        return of(answer.getJsonArray("features"), "code", code);
    }

    private static JsonObject of(JsonArray all, String member, String value) {
        return all.stream()
                .map(JsonObject.class::cast)
                .filter(one -> value.equals(one.getString(member)))
                .findFirst()
                .orElseThrow();
    }

    private static JsonObject json(RawClient.Response answer) {
        return new JsonObject(answer.text());
    }

    private static RawClient.Response send(String method, String target, String store, String headers) {
        return gateway.exchange(method + " " + target + " HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer "
                + gateway.token(store) + "\r\n" + headers + "\r\n");
    }
}
