package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Postgres;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.Redis;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the store and the user API need of the stores behind them. */
class ApisOutageIT {

    private static final String ROUTES = "routes: [ { path: /health, public: true, upstream: shop } ]\n";

    private static final List<String> OF_ENTITLEMENTS = List.of(
            "/api/v1/store/features",
            "/api/v1/store/features/available",
            "/api/v1/store/features/basic_orders",
            "/api/v1/store/features/basic_orders/check",
            "/api/user/upgrade-suggestions");

    private static final List<String> OF_COUNTERS = List.of(
            "/api/v1/store/usage",
            "/api/v1/store/usage/check/orders",
            "/api/v1/store/usage/upgrade-info",
            "/api/user/features");

    private static final int WARM_ROUNDS = 5;

    @Test
    void a_store_that_is_known_is_answered_without_postgresql() throws Exception {
        try (var postgres = Postgres.embedded();
                var gateway = RunningGateway.start(
                        ROUTES, Map.of("TIERGATE_DATABASE_URL", postgres.createDatabase()), List.of())) {
            gateway.store("plain", "essential");
            gateway.store("special", "business");
            gateway.sql("INSERT INTO store_feature_overrides (store_id, feature_code, enabled) "
                    + "SELECT id, 'white_label', true FROM stores WHERE external_id = 'special'");
            var before = new HashMap<String, String>();
            for (var store : List.of("plain", "special")) {
                for (var path : all()) {
                    before.put(store + path, ok(gateway.get(store, path)));
                }
            }
            postgres.stop();
            for (var round = 0; round < WARM_ROUNDS; round++) {
                for (var store : List.of("plain", "special")) {
                    for (var path : all()) {
                        assertThat(ok(gateway.get(store, path))).isEqualTo(before.get(store + path));
                    }
                }
            }
        }
    }

    @Test
    void without_redis_usage_cannot_be_told_and_entitlements_can() throws Exception {
        try (var redis = Redis.embedded();
                var gateway = RunningGateway.start(
                        "gating: { on-limits-down: allow }\n" + ROUTES,
                        Map.of("TIERGATE_REDIS_URL", redis.uri(), "TIERGATE_REDIS_DEADLINE_MS", "250"),
                        List.of())) {
            gateway.sql("INSERT INTO limits (code, feature_code, name, \"window\") "
                    + "VALUES ('theme_daily', 'basic_theme', 'Theme', 'day')");
            gateway.sql("INSERT INTO tier_limits (tier_code, limit_code, limit_value) "
                    + "VALUES ('essential', 'theme_daily', 5)");
            gateway.store("1", "essential");
            Eventually.holds(
                    "the limit is known",
                    () -> gateway.get("1", "/api/v1/store/usage").text().contains("theme_daily"));
            redis.stop();
            for (var path : OF_ENTITLEMENTS) {
                ok(gateway.get("1", path));
            }
            for (var path : OF_COUNTERS) {
                var answer = gateway.get("1", path);
                assertThat(answer.status()).as(path).isEqualTo(503);
                assertThat(answer.header("Retry-After")).contains("1");
                var json = new JsonObject(answer.text());
                assertThat(json.getString("reason", json.getString("code")))
                        .isEqualToIgnoringCase("limits_unavailable");
            }
        }
    }

    private static List<String> all() {
        return Stream.concat(OF_ENTITLEMENTS.stream(), OF_COUNTERS.stream()).toList();
    }

    private static String ok(RawClient.Response answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.text();
    }
}
