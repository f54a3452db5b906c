package dev.tiergate.api.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.Eventually;
import dev.tiergate.RunningGateway;
import dev.tiergate.fixtures.Redis;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class UsageIT {

    private static final String STORES = "/api/v1/admin/stores/";

    private static RunningGateway gateway;
    private static AdminClient client;

    @BeforeAll
    static void open() throws Exception {
        gateway = RunningGateway.start("routes: [ { path: /api/orders, feature: basic_orders, upstream: shop } ]\n");
        gateway.sql(
                "INSERT INTO limits (code, feature_code, name, \"window\", scope) VALUES"
                        + " ('mine', 'basic_orders', 'Mine', 'day', 'user'), ('flying', 'basic_orders', 'Flying', 'concurrent', 'store')");
        gateway.sql("INSERT INTO tier_limits (plan, tier_code, limit_code, limit_value) VALUES"
                + " ('orion', 'essential', 'mine', 5), ('orion', 'essential', 'flying', 7)");
        client = new AdminClient(gateway);
        for (var store : List.of("u1", "u2", "u3")) {
            gateway.store(store, "essential");
        }
        Eventually.holds("the limits are known", () -> find("u3", "?user=user-1", "mine") != null);
    }

    @AfterAll
    static void close() throws Exception {
        gateway.close();
    }

    private static JsonObject find(String store, String query, String limit) {
        return client.get(STORES + store + "/usage" + query).object().getJsonArray("usage").stream()
                .map(JsonObject.class::cast)
                .filter(one -> one.getString("limit_type").equals(limit))
                .findFirst()
                .orElse(null);
    }

    private static AdminClient.Answer put(String store, String limit, long current) {
        return client.send(
                "PUT",
                STORES + store + "/usage/" + limit,
                new JsonObject().put("current", current).encode(),
                Map.of());
    }

    @Test
    void counters_are_shown_as_the_gate_charged_them() {
        gateway.get("u1", "/api/orders");
        gateway.get("u1", "/api/orders");
        var orders = find("u1", "", "orders");
        assertThat(orders.getLong("current")).isEqualTo(2);
        assertThat(orders.getLong("limit")).isEqualTo(100);
        assertThat(orders.getString("window")).isEqualTo("month");
        assertThat(orders.getString("resets_at")).endsWith("T00:00:00Z");
        assertThat(find("u1", "", "mine")).as("whose?").isNull();
        assertThat(find("u1", "?user=user-1", "mine").getLong("current")).isEqualTo(2);
        assertThat(find("u1", "?user=user-2", "mine").getLong("current")).isZero();
        assertThat(client.get(STORES + "nobody/usage").status()).isEqualTo(404);
    }

    @Test
    void a_counter_that_is_put_right_binds_at_once() throws Exception {
        assertThat(gateway.get("u2", "/api/orders").status()).isEqualTo(200);
        var answer = put("u2", "orders", 99);
        assertThat(answer.object().getLong("current")).isEqualTo(99);
        var row = AuditRows.last(gateway.database());
        assertThat(row.getString("action")).isEqualTo("reconcile");
        assertThat(row.getString("entity_id")).isEqualTo("u2/orders");
        assertThat(row.getJsonObject("before").getJsonObject("usage/u2/orders").getLong("current"))
                .isEqualTo(1);
        assertThat(row.getJsonObject("after").getJsonObject("usage/u2/orders").getLong("current"))
                .isEqualTo(99);
        assertThat(gateway.get("u2", "/api/orders").status()).as("the 100th").isEqualTo(200);
        assertThat(gateway.get("u2", "/api/orders").status()).as("the 101st").isEqualTo(429);
        put("u2", "orders", 0);
        assertThat(gateway.get("u2", "/api/orders").status()).isEqualTo(200);
        assertThat(find("u2", "", "orders").getLong("current")).isEqualTo(1);
    }

    @Test
    void a_total_may_be_above_the_limit() {
        assertThat(put("u2", "products", 5000).status()).isEqualTo(200);
        assertThat(find("u2", "", "products").getLong("current")).isEqualTo(5000);
    }

    @Test
    void a_user_is_named_where_users_are_counted_and_nowhere_else() {
        assertThat(put("u3", "mine", 4).status()).isEqualTo(400);
        assertThat(put("u3", "mine?user=user-1", 4).status()).isEqualTo(200);
        assertThat(find("u3", "?user=user-1", "mine").getLong("current")).isEqualTo(4);
        assertThat(put("u3", "orders?user=user-1", 4).status()).isEqualTo(400);
    }

    @Test
    void what_cannot_be_counted_by_others_is_refused() {
        assertThat(put("u3", "flying", 1).status()).isEqualTo(422);
        assertThat(put("u3", "nothing", 1).status()).isEqualTo(404);
        assertThat(put("nobody", "orders", 1).status()).isEqualTo(404);
        assertThat(put("u3", "orders", -1).pointers()).containsExactly("/current");
        assertThat(client.as("editor", "PUT", STORES + "u3/usage/orders", "{\"current\":1}", Map.of())
                        .status())
                .isEqualTo(403);
    }

    @Test
    void without_redis_nothing_is_said_and_nothing_recorded() throws Exception {
        try (var redis = Redis.start();
                var lonely = RunningGateway.start(
                        "routes: [ { path: /api/orders, feature: basic_orders, upstream: shop } ]\n",
                        Map.of("TIERGATE_REDIS_URL", redis.uri()),
                        List.of())) {
            lonely.store("u1", "essential");
            var away = new AdminClient(lonely);
            Eventually.holds(
                    "the counters answer", () -> away.get(STORES + "u1/usage").status() == 200);
            redis.close();
            Eventually.holds("they do not", () -> away.get(STORES + "u1/usage").status() == 503);
            assertThat(away.send("PUT", STORES + "u1/usage/orders", "{\"current\":1}", Map.of())
                            .status())
                    .isEqualTo(503);
            assertThat(AuditRows.last(lonely.database()).getString("action")).isNotEqualTo("reconcile");
        }
    }
}
