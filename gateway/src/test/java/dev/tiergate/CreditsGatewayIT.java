package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.RawClient;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Credits through two gateways on one database: given by the one's admin API, spent at both, told by their APIs. */
class CreditsGatewayIT {

    private static final String ROUTES = """
            routes:
              - path: /write
                feature: basic_products
                charge: [ { limit: gate_credits, cost: 5 } ]
                upstream: shop
              - path: /think
                feature: basic_products
                charge: [ { limit: gate_credits, header: X-Cost, max: 20, default: 20 } ]
                upstream: shop
            """;

    private static final String CATALOGUE = """
            INSERT INTO limits (code, feature_code, name, "window", scope) VALUES
                ('gate_credits', 'basic_products', 'Credits', 'credits', 'store');
            INSERT INTO tier_limits (tier_code, limit_code, limit_value) VALUES
                ('essential', 'gate_credits', 10), ('professional', 'gate_credits', 12),
                ('business', 'gate_credits', 100), ('enterprise', 'gate_credits', -1)
            """;

    private static RunningGateway one;
    private static RunningGateway other;

    @BeforeAll
    static void open() throws Exception {
        one = RunningGateway.start(ROUTES);
        one.sql(CATALOGUE);
        other = RunningGateway.start(ROUTES, Map.of("TIERGATE_DATABASE_URL", one.database()), List.of());
        one.store("credits-probe", "essential");
        Eventually.so(
                "both know the limit",
                () -> field(one.get("credits-probe", "/write")).contains("gate_credits")
                        && field(other.get("credits-probe", "/write")).contains("gate_credits"));
    }

    @AfterAll
    static void close() throws Exception {
        one.close();
        other.close();
    }

    @Test
    void the_tier_gives_credits_each_period_and_a_balance_that_is_too_small_is_a_429() {
        one.store("credits-tier", "essential");
        var first = one.get("credits-tier", "/write");
        assertThat(field(first)).isEqualTo("\"gate_credits\";r=5");
        assertThat(first.header("RateLimit-Policy")).contains("\"gate_credits\";q=10");
        assertThat(one.get("credits-tier", "/write").status()).isEqualTo(200);

        var denied = one.get("credits-tier", "/write");
        assertThat(denied.status()).isEqualTo(429);
        assertThat(denied.header("Retry-After")).isEmpty();
        assertThat(field(denied)).isEqualTo("\"gate_credits\";r=0");
        var json = new JsonObject(denied.text());
        assertThat(json.getString("reason")).isEqualTo("limit_reached");
        assertThat(json.getString("detail")).isEqualTo("The balance of 'gate_credits' is 0 credits, and 5 are needed");
        assertThat(json.getString("limit_type")).isEqualTo("gate_credits");
        assertThat(json.getLong("limit")).isEqualTo(10);
        assertThat(json.getLong("current")).isEqualTo(10);
        assertThat(json.getLong("remaining")).isZero();
        assertThat(json.getString("window")).isEqualTo("credits");
        assertThat(json.getValue("resets_at")).isNull();
        assertThat(json.getString("required_tier"))
                .as("12 credits would be two short")
                .isEqualTo("Business");
    }

    @Test
    void a_grant_is_in_force_on_every_node_and_gone_when_it_is_revoked() {
        one.store("credits-grant", "essential");
        one.get("credits-grant", "/write");
        one.get("credits-grant", "/write");
        assertThat(other.get("credits-grant", "/write").status()).isEqualTo(429);

        var made = grant("credits-grant", "a", 7, 50);
        Eventually.so("the other hears of it", () -> balance(other, "credits-grant") == 7);
        assertThat(other.get("credits-grant", "/write").status()).isEqualTo(200);
        assertThat(one.get("credits-grant", "/write").status()).as("2 are left").isEqualTo(429);
        assertThat(balance(one, "credits-grant")).isEqualTo(2);

        var revoked = one.admin(
                "DELETE",
                "/api/v1/admin/stores/credits-grant/grants/a",
                "",
                Map.of("If-Match", made.header("ETag").orElseThrow()));
        assertThat(revoked.status()).isEqualTo(204);
        Eventually.so("the other hears of the end", () -> balance(other, "credits-grant") == 0);
        assertThat(other.get("credits-grant", "/write").status()).isEqualTo(429);
    }

    @Test
    void the_usage_tells_the_balance_and_what_it_is_made_of() {
        one.store("credits-usage", "essential");
        grant("credits-usage", "first", 3, 0);
        grant("credits-usage", "last", 4, 90);
        Eventually.so("it is heard of", () -> balance(one, "credits-usage") == 17);
        one.get("credits-usage", "/write");

        var usage = usage(one, "credits-usage");
        assertThat(usage.getLong("current")).isEqualTo(5);
        assertThat(usage.getLong("limit")).isEqualTo(17);
        assertThat(usage.getLong("remaining")).isEqualTo(12);
        assertThat(usage.getValue("resets_at")).isNull();
        var grants = usage.getJsonArray("grants");
        assertThat(grants).hasSize(3);
        assertThat(grants.getJsonObject(0).getLong("remaining")).isZero();
        assertThat(grants.getJsonObject(1).getString("source")).isEqualTo("tier");
        assertThat(grants.getJsonObject(1).getLong("remaining")).isEqualTo(8);
        assertThat(grants.getJsonObject(1).getString("expires_at")).isNotNull();
        assertThat(grants.getJsonObject(2).getLong("remaining")).isEqualTo(4);
        assertThat(grants.getJsonObject(2).getString("expires_at")).isNull();

        var counters = new JsonObject(one.admin("GET", "/api/v1/admin/stores/credits-usage/usage", "", Map.of())
                        .text())
                .getJsonArray("usage");
        var own = counters.stream()
                .map(JsonObject.class::cast)
                .filter(each -> each.getString("limit_type").equals("gate_credits"))
                .findFirst()
                .orElseThrow();
        assertThat(own.getLong("remaining")).isEqualTo(12);
        assertThat(own.getJsonArray("grants")).hasSize(3);
        Eventually.so("what is spent is copied", () -> spent("credits-usage", "first") == 3);
        assertThat(spent("credits-usage", "last")).isZero();

        var check = new JsonObject(one.get("credits-usage", "/api/v1/store/usage/check/gate_credits?cost=13")
                .text());
        assertThat(check.getBoolean("can_proceed")).isFalse();
        assertThat(check.getString("message"))
                .isEqualTo("The balance of 'gate_credits' is 12 credits, and 13 are needed");
        assertThat(check.getString("upgrade_tier_code"))
                .as("12 a period would do")
                .isEqualTo("professional");
    }

    @Test
    void what_a_backend_reports_is_settled_grant_by_grant_and_a_failure_gives_all_back() {
        one.store("credits-cost", "essential");
        grant("credits-cost", "a", 15, 90);
        Eventually.so("it is heard of", () -> balance(one, "credits-cost") == 25);
        one.backend().respondWith(200, Map.of("X-Cost", "12"), "");
        assertThat(field(one.get("credits-cost", "/think"))).isEqualTo("\"gate_credits\";r=13");
        assertThat(one.get("credits-cost", "/think").status())
                .as("20 are not there")
                .isEqualTo(429);
        one.backend().respondWith(503, Map.of(), "");
        one.get("credits-cost", "/write");
        one.backend().respondWith(200, Map.of(), "");
        Eventually.so("all is back", () -> balance(one, "credits-cost") == 13);
        var grants = usage(one, "credits-cost").getJsonArray("grants");
        assertThat(grants.getJsonObject(0).getLong("remaining")).isZero();
        assertThat(grants.getJsonObject(1).getLong("remaining")).isEqualTo(13);
    }

    @Test
    void an_upgrade_keeps_what_is_spent_and_the_grants() {
        one.store("credits-up", "essential");
        grant("credits-up", "a", 4, 90);
        Eventually.so("it is heard of", () -> balance(one, "credits-up") == 14);
        one.get("credits-up", "/write");
        tier("credits-up", "business");
        Eventually.so("the tier is heard of", () -> balance(one, "credits-up") == 99);
        tier("credits-up", "enterprise");
        Eventually.so("there is no bound", () -> balance(one, "credits-up") == -1);
        assertThat(one.get("credits-up", "/write").header("RateLimit")).isEmpty();
    }

    private static void tier(String store, String tier) {
        one.sql("UPDATE stores SET tier_code = '" + tier + "' WHERE external_id = '" + store + "'");
    }

    private static RawClient.Response grant(String store, String reference, long amount, int priority) {
        var made = one.admin(
                "POST",
                "/api/v1/admin/stores/" + store + "/grants",
                new JsonObject()
                        .put("reference", reference)
                        .put("limit_type", "gate_credits")
                        .put("amount", amount)
                        .put("priority", priority)
                        .put("reason", "Test")
                        .encode(),
                Map.of());
        assertThat(made.status()).isEqualTo(201);
        return made;
    }

    private static long spent(String store, String reference) {
        return new JsonObject(one.admin("GET", "/api/v1/admin/stores/" + store + "/grants/" + reference, "", Map.of())
                        .text())
                .getLong("spent");
    }

    private static long balance(RunningGateway gateway, String store) {
        return usage(gateway, store).getLong("remaining");
    }

    private static JsonObject usage(RunningGateway gateway, String store) {
        return new JsonObject(gateway.get(store, "/api/v1/store/usage").text())
                .getJsonArray("usage").stream()
                        .map(JsonObject.class::cast)
                        .filter(usage -> usage.getString("limit_type").equals("gate_credits"))
                        .findFirst()
                        .orElseThrow();
    }

    private static String field(RawClient.Response answer) {
        return answer.header("RateLimit").orElse("");
    }
}
