package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Postgres;
import dev.tiergate.fixtures.RawBackend;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.Redis;
import dev.tiergate.fixtures.TokenMint;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What the gateway answers while Redis, PostgreSQL or the keys are away: each policy, and back to exact afterwards. */
class OutageIT {

    private static final int LIMIT = 100;

    private static final int BUSINESS = 2000;

    /** Units that are left when Redis goes. */
    private static final int OUTAGE = 10;

    private static final String DEADLINE_MS = "250";

    private static final String ROUTES = """
            routes:
              - { path: /health, public: true, upstream: shop }
              - { path: /api/orders, methods: [ POST ], feature: basic_orders, upstream: shop }
              - { path: /api/bulk, charge: [ { limit: orders, cost: 90 } ], upstream: shop }
              - { path: /api/analytics/**, feature: advanced_analytics, upstream: shop }
            """;

    @Test
    void with_redis_away_and_deny_metered_routes_answer_503_and_others_serve() throws Exception {
        try (var redis = Redis.embedded();
                var gateway =
                        RunningGateway.start("gating: { on-limits-down: deny }\n" + ROUTES, at(redis), List.of())) {
            gateway.store("1", "business");
            assertThat(order(gateway).status()).isEqualTo(200);

            assertThat(rung(gateway, "limits")).isEqualTo("exact");

            redis.pause();
            unavailable(order(gateway), "limits_unavailable");
            Eventually.holds("the rung is told", () -> rung(gateway, "limits").equals("refusing"));
            assertThat(gateway.metric("tiergate_limits_rung")).isEqualTo(3);
            assertThat(analytics(gateway, "1").status()).isEqualTo(200);
            assertThat(health(gateway).status()).isEqualTo(200);
            Eventually.holds("Redis is named", () -> state(gateway, "redis").equals("degraded"));
            assertThat(gateway.admin("/ready").status()).isEqualTo(200);

            redis.resume();
            var answers = new RawClient.Response[1];
            Eventually.holds("orders pass again", () -> {
                answers[0] = order(gateway);
                return answers[0].status() == 200;
            });
            assertThat(remaining(answers[0])).isEqualTo(BUSINESS - 2);
            Eventually.holds("Redis is well", () -> state(gateway, "redis").equals("up"));
            Eventually.holds(
                    "the refusal is long ago", () -> rung(gateway, "limits").equals("exact"));
            assertThat(gateway.metric("tiergate_limits_rung")).isZero();
        }
    }

    @Test
    void a_redis_that_answers_and_does_not_count_is_told() throws Exception {
        try (var redis = Redis.embedded();
                var gateway =
                        RunningGateway.start("gating: { on-limits-down: deny }\n" + ROUTES, at(redis), List.of())) {
            gateway.store("1", "business");
            assertThat(order(gateway).status()).isEqualTo(200);

            redis.reply("CONFIG SET maxmemory 1");
            unavailable(order(gateway), "limits_unavailable");

            assertThat(gateway.metric("tiergate_limits_rung")).isEqualTo(3);
            var limits = new JsonObject(gateway.admin("/status").text()).getJsonObject("limits");
            assertThat(limits.getString("rung")).isEqualTo("refusing");
            assertThat(limits.getString("reason")).startsWith("Redis: ");
        }
    }

    @Test
    void with_redis_away_and_allow_the_known_rest_of_the_limit_is_served_and_no_more() throws Exception {
        try (var redis = Redis.embedded();
                var gateway =
                        RunningGateway.start("gating: { on-limits-down: allow }\n" + ROUTES, at(redis), List.of())) {
            gateway.store("1", "essential");
            // at once: after many single ones a lease would serve the first orders without Redis
            assertThat(remaining(gateway.get("1", "/api/bulk"))).isEqualTo(OUTAGE);
            assertThat(gateway.backend().last().header("X-Tiergate-Decision")).contains("allow");

            redis.pause();
            for (int used = LIMIT - OUTAGE + 1; used <= LIMIT; used++) {
                assertThat(order(gateway).status()).as("order %s", used).isEqualTo(200);
                assertThat(gateway.backend().last().header("X-Tiergate-Decision"))
                        .contains("fail-open");
            }
            Eventually.holds("the rung is told", () -> rung(gateway, "limits").equals("local-budget"));
            assertThat(gateway.metric("tiergate_limits_rung")).isEqualTo(2);
            unavailable(order(gateway), "limits_unavailable");
            assertThat(rung(gateway, "limits")).isEqualTo("refusing");
            assertThat(gateway.backend().count()).isEqualTo(1 + OUTAGE);
            assertThat(gateway.metric("tiergate_limits_without_redis_total{outcome=\"allowed\"}"))
                    .isEqualTo(OUTAGE);
            assertThat(gateway.metric("tiergate_limits_without_redis_total{outcome=\"refused\"}"))
                    .isEqualTo(1);

            redis.resume();
            Eventually.holds("the counter is exact again", () -> order(gateway).status() == 429);
            // until Redis was told of them, the units of the outage were admitted on credit, once
            assertThat(gateway.backend().count()).isBetween(1 + OUTAGE, 1 + 2 * OUTAGE);
            gateway.sql("UPDATE stores SET tier_code = 'business'");
            Eventually.holds("every admitted order is counted, once", () -> {
                var answer = order(gateway);
                return answer.status() == 200
                        && remaining(answer)
                                == BUSINESS
                                        - (LIMIT - OUTAGE - 1)
                                        - gateway.backend().count();
            });
        }
    }

    @Test
    void with_redis_gone_for_good_ends_are_the_same_and_a_new_one_is_found() throws Exception {
        try (var redis = Redis.embedded();
                var gateway =
                        RunningGateway.start("gating: { on-limits-down: deny }\n" + ROUTES, at(redis), List.of())) {
            gateway.store("1", "business");
            redis.stop();
            unavailable(order(gateway), "limits_unavailable");
            assertThat(analytics(gateway, "1").status()).isEqualTo(200);
            redis.restart();
            Eventually.holds("orders pass again", () -> order(gateway).status() == 200);
        }
    }

    @Test
    void with_postgresql_away_known_stores_are_served_from_memory_as_the_policy_says() throws Exception {
        try (var postgres = Postgres.embedded();
                var stale = at(postgres, "stale", "ttl: 1s, max-stale: 6s");
                var deny = at(postgres, "deny", "ttl: 1s, max-stale: 1h");
                var allow = at(postgres, "allow", "ttl: 1s, max-stale: 1h")) {
            for (var gateway : List.of(stale, deny, allow)) {
                gateway.store("1", "business");
                gateway.store("2", "essential");
                assertThat(analytics(gateway, "1").status()).isEqualTo(200);
                assertThat(analytics(gateway, "2").status()).isEqualTo(403);
                assertThat(gateway.backend().last().header("X-Tiergate-Entitlements"))
                        .isEmpty();
            }
            postgres.stop();

            Eventually.holds("the store is past its time", () -> {
                var served = analytics(stale, "1");
                assertThat(served.status()).isEqualTo(200);
                assertThat(served.header("X-Tiergate-Entitlements")).isEmpty();
                return stale.backend().last().header("X-Tiergate-Entitlements").isPresent();
            });
            assertThat(stale.backend().last().header("X-Tiergate-Entitlements").orElseThrow())
                    .matches("stale;age=\\d+");
            assertThat(analytics(stale, "2").status()).isEqualTo(403);
            unavailable(analytics(stale, "never-seen"), "entitlements_unavailable");
            assertThat(health(stale).status()).isEqualTo(200);
            Eventually.holds(
                    "PostgreSQL is named", () -> state(stale, "postgresql").equals("degraded"));
            assertThat(stale.admin("/ready").status()).isEqualTo(200);
            assertThat(rung(stale, "entitlements")).isEqualTo("down");
            assertThat(stale.metric("tiergate_entitlements_rung")).isEqualTo(3);
            Eventually.holds(
                    "memory is enough", () -> rung(deny, "entitlements").equals("stale"));

            Eventually.holds("past ttl is refused", () -> analytics(deny, "1").status() == 503);
            unavailable(analytics(deny, "1"), "entitlements_unavailable");

            assertThat(analytics(allow, "never-seen").status()).isEqualTo(200);
            assertThat(allow.backend().last().header("X-Tiergate-Decision")).contains("fail-open");
            assertThat(allow.backend().last().header("X-Tiergate-Tier")).isEmpty();
            assertThat(analytics(allow, "1").status()).isEqualTo(200);
            assertThat(allow.backend().last().header("X-Tiergate-Decision")).contains("allow");
            assertThat(analytics(allow, "2").status()).isEqualTo(403);

            Eventually.holds(
                    "past max-stale nobody knows", () -> analytics(stale, "1").status() == 503);
            unavailable(analytics(stale, "1"), "entitlements_unavailable");

            postgres.restart();
            for (var gateway : List.of(stale, deny, allow)) {
                Eventually.holds("served again", () -> analytics(gateway, "1").status() == 200);
                Eventually.holds(
                        "unknown again", () -> analytics(gateway, "never-seen").status() == 403);
                Eventually.holds(
                        "PostgreSQL is well", () -> state(gateway, "postgresql").equals("up"));
                assertThat(rung(gateway, "entitlements")).isEqualTo("fresh");
            }
        }
    }

    @Test
    void without_keys_at_the_start_gated_routes_answer_503_until_they_come() throws Exception {
        var mint = TokenMint.rs256("kid-jwks");
        var published = new AtomicBoolean();
        var keys = TokenMint.jwks(mint);
        var document = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + keys.length()
                + "\r\n\r\n" + keys;
        try (var provider = RawBackend.start(connection -> {
                    while (connection.readRequest()) {
                        connection.send(published.get() ? document : "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n");
                    }
                });
                var gateway = RunningGateway.begin(jwks(provider) + ROUTES, Map.of(), List.of())) {
            Eventually.holds(
                    "all but the keys is there",
                    () -> state(gateway, "entitlements").equals("up"));
            gateway.store("1", "business");
            assertThat(gateway.admin("/ready").status()).isEqualTo(503);
            assertThat(state(gateway, "keys")).isEqualTo("down");
            var now = Instant.now().getEpochSecond();
            var token = mint.token(Map.of("store_id", "1", "iat", now, "exp", now + 600));
            assertThat(withToken(gateway, token).status()).isEqualTo(503);
            assertThat(reason(withToken(gateway, token))).isEqualTo("keys_unavailable");
            assertThat(gateway.backend().requests()).isEmpty();
            assertThat(health(gateway).status()).isEqualTo(200);

            published.set(true);
            Eventually.holds("the keys came", () -> withToken(gateway, token).status() == 200);
            assertThat(gateway.admin("/ready").status()).isEqualTo(200);
            var forged = TokenMint.rs256("kid-jwks").token(Map.of("store_id", "1", "iat", now, "exp", now + 600));
            assertThat(withToken(gateway, forged).status()).isEqualTo(401);
        }
    }

    private static String jwks(RawBackend provider) {
        return "auth: { jwt: { jwks: \"" + provider.uri() + "/keys\", algorithms: [ RS256 ] } }\n";
    }

    private static Map<String, String> at(Redis redis) {
        return Map.of("TIERGATE_REDIS_URL", redis.uri(), "TIERGATE_REDIS_DEADLINE_MS", DEADLINE_MS);
    }

    private static RunningGateway at(Postgres postgres, String policy, String times) throws Exception {
        return RunningGateway.start(
                "gating: { on-entitlements-down: " + policy + ", entitlements: { " + times + " } }\n" + ROUTES,
                Map.of("TIERGATE_DATABASE_URL", postgres.createDatabase(), "TIERGATE_DATABASE_DEADLINE_MS", "2000"),
                List.of());
    }

    private static RawClient.Response order(RunningGateway gateway) {
        return gateway.exchange("POST /api/orders HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer "
                + gateway.token("1") + "\r\nContent-Length: 0\r\n\r\n");
    }

    private static RawClient.Response analytics(RunningGateway gateway, String store) {
        return gateway.get(store, "/api/analytics/sales");
    }

    private static RawClient.Response withToken(RunningGateway gateway, String token) {
        return gateway.exchange(
                "GET /api/analytics/sales HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer " + token + "\r\n\r\n");
    }

    private static RawClient.Response health(RunningGateway gateway) {
        return gateway.exchange("GET /health HTTP/1.1\r\nHost: gw.test\r\n\r\n");
    }

    private static void unavailable(RawClient.Response answer, String reason) {
        assertThat(answer.status()).isEqualTo(503);
        assertThat(reason(answer)).isEqualTo(reason);
        assertThat(answer.header("Retry-After")).isPresent();
    }

    private static String reason(RawClient.Response answer) {
        return new JsonObject(answer.text()).getString("reason");
    }

    private static long remaining(RawClient.Response answer) {
        return Long.parseLong(answer.header("RateLimit").orElseThrow().replaceAll(".*;r=(\\d+).*", "$1"));
    }

    private static String rung(RunningGateway gateway, String ladder) {
        return new JsonObject(gateway.admin("/status").text())
                .getJsonObject(ladder)
                .getString("rung");
    }

    private static String state(RunningGateway gateway, String dependency) {
        return new JsonObject(gateway.admin("/ready").text())
                .getJsonObject("dependencies")
                .getJsonObject(dependency)
                .getString("state");
    }
}
