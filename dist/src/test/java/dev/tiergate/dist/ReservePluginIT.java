package dev.tiergate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.Eventually;
import dev.tiergate.RunningGateway;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.Redis;
import dev.tiergate.plugins.PluginCatalogue;
import dev.tiergate.routes.LoadResult;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The plugin as it is shipped, on a running gateway with its Redis: each test has a store with 100 orders a month, which other
 * routes charge.
 */
class ReservePluginIT {

    private static final String ROUTES = """
            routes:
              - { path: /orders, feature: basic_orders, upstream: shop }
              - { path: /orders/69, charge: [ { limit: orders, cost: 69 } ], upstream: shop }
              - { path: /orders/79, charge: [ { limit: orders, cost: 79 } ], upstream: shop }
              - path: /share
                plugins: [ reserve: { limit: orders, keep: 20% } ]
                upstream: shop
              - path: /units
                plugins: [ reserve: { limit: orders, keep: 30 } ]
                denials: { format: problem }
                upstream: shop
              - path: /charged
                feature: basic_orders
                plugins: [ reserve: { limit: orders, keep: 20% } ]
                upstream: shop
              - path: /unknown
                plugins: [ reserve: { limit: no_such_limit, keep: 1 } ]
                upstream: shop
              - path: /shadowed
                plugins: [ { reserve: { limit: orders, keep: 20% }, mode: shadow } ]
                upstream: shop
              - path: /shadow
                mode: shadow
                plugins: [ reserve: { limit: orders, keep: 20% } ]
                upstream: shop
              - path: /passing
                plugins: [ { reserve: { limit: orders, keep: 20% }, on-failure: pass } ]
                upstream: shop
            """;

    private static final String RECORDED = "feature_access_denied_total{feature=\"none\",mode=\"shadow\","
            + "reason=\"limit_reserved\",tier=\"essential\"}";

    private static final AtomicInteger STORES = new AtomicInteger();

    private static RunningGateway gateway;

    private String store = "";

    @BeforeAll
    static void start() throws Exception {
        gateway = RunningGateway.start(
                ROUTES, Map.of(), PluginCatalogue.ofClassPath().checks());
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    @BeforeEach
    void open() {
        gateway.backend().reset();
        store = "reserve-" + STORES.incrementAndGet();
        gateway.store(store, "essential");
    }

    @Test
    void with_more_left_than_the_share_it_passes_and_with_just_the_share_it_does_not() {
        assertThat(get("/orders/79").status()).isEqualTo(200);
        assertThat(get("/share").status()).isEqualTo(200);
        assertThat(get("/orders").status()).isEqualTo(200);
        var refused = get("/share");
        assertThat(refused.status()).isEqualTo(403);
        var json = new JsonObject(refused.text());
        assertThat(json.getString("reason")).isEqualTo("limit_reserved");
        assertThat(json.getString("limit_type")).isEqualTo("orders");
        assertThat(json.getLong("limit")).isEqualTo(100);
        assertThat(json.getLong("remaining")).isEqualTo(20);
        assertThat(json.getLong("kept")).isEqualTo(20);
        assertThat(json.getString("resets_at")).isEqualTo(usage().getString("resets_at"));
        assertThat(json.getString("detail"))
                .isEqualTo("Limit 'orders' has 20 of 100 left, and 20 are kept for other requests; it starts anew at "
                        + json.getString("resets_at"));
        assertThat(get("/orders").status())
                .as("what is kept is there for others")
                .isEqualTo(200);
    }

    @Test
    void with_more_left_than_the_units_it_passes_and_with_just_the_units_it_does_not() {
        assertThat(get("/orders/69").status()).isEqualTo(200);
        assertThat(get("/units").status()).isEqualTo(200);
        assertThat(get("/orders").status()).isEqualTo(200);
        var refused = get("/units");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.header("Content-Type").orElseThrow()).startsWith("application/problem+json");
        assertThat(new JsonObject(refused.text()).getLong("kept")).isEqualTo(30);
    }

    @Test
    void it_takes_nothing_and_a_route_that_charges_is_asked_before_its_own_charge() {
        get("/orders/79");
        for (int request = 0; request < 5; request++) {
            assertThat(get("/share").status()).isEqualTo(200);
        }
        assertThat(usage().getLong("current")).isEqualTo(79);
        assertThat(get("/charged").status()).isEqualTo(200);
        assertThat(get("/charged").status()).isEqualTo(403);
        assertThat(usage().getLong("current")).isEqualTo(80);
    }

    @Test
    void a_limit_without_a_bound_passes_and_so_does_one_that_there_is_not() {
        var unbound = "reserve-" + STORES.incrementAndGet();
        gateway.store(unbound, "enterprise");
        assertThat(gateway.get(unbound, "/orders/79").status()).isEqualTo(200);
        assertThat(gateway.get(unbound, "/units").status()).isEqualTo(200);
        assertThat(get("/unknown").status()).isEqualTo(200);
    }

    @Test
    void in_shadow_alone_it_looks_at_what_is_charged_and_records_what_it_would_refuse() {
        get("/orders/79");
        var before = gateway.metric(RECORDED);
        assertThat(get("/shadowed").status()).isEqualTo(200);
        assertThat(gateway.metric(RECORDED)).isEqualTo(before);
        get("/orders");
        assertThat(get("/shadowed").status()).isEqualTo(200);
        assertThat(gateway.metric(RECORDED)).isEqualTo(before + 1);
    }

    @Test
    void a_route_in_shadow_sees_what_shadow_mode_charged() {
        get("/orders/79");
        get("/orders");
        var before = gateway.metric(RECORDED);
        assertThat(get("/shadow").status()).isEqualTo(200);
        assertThat(gateway.metric(RECORDED)).isEqualTo(before);
    }

    @Test
    void with_redis_away_the_policy_of_its_use_decides() throws Exception {
        try (var redis = Redis.embedded();
                var own = RunningGateway.start(
                        ROUTES,
                        Map.of("TIERGATE_REDIS_URL", redis.uri(), "TIERGATE_REDIS_DEADLINE_MS", "250"),
                        PluginCatalogue.ofClassPath().checks())) {
            own.store("1", "essential");
            assertThat(own.get("1", "/share").status()).isEqualTo(200);

            redis.pause();
            var refused = own.get("1", "/share");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(new JsonObject(refused.text()).getString("reason")).isEqualTo("check_failed");
            assertThat(own.get("1", "/passing").status()).isEqualTo(200);

            redis.resume();
            Eventually.holds(
                    "it is known again what is left",
                    () -> own.get("1", "/share").status() == 200);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "reserve: {} | reserve lacks 'limit': the limit whose rest is kept",
                "reserve: { limit: orders, keep: 100% } | keep must be a share from 1% to 99%, such as 20%",
                "reserve: { limit: orders, keep: 0 } | or units from 1, such as 500, found '0'",
                "reserve: { limits: orders, keep: 1 } | unknown key 'limits'; did you mean 'limit'?",
            })
    void a_wrong_configuration_is_a_problem_with_its_place(String plugin, String message) throws Exception {
        var text = """
                version: 1
                upstreams: { shop: { endpoints: [ "http://127.0.0.1:9001" ] } }
                auth: { jwt: { jwks: "https://id.example.com/jwks", algorithms: [ RS256 ] } }
                plugins: [ %s ]
                routes: [ { path: /x, upstream: shop } ]
                """.formatted(plugin);
        var result = PluginCatalogue.ofClassPath().routes(name -> null).load("routes.yaml", text, null);
        assertThat(result)
                .isInstanceOfSatisfying(
                        LoadResult.Rejected.class,
                        rejected -> assertThat(rejected.problems())
                                .extracting(Object::toString)
                                .allMatch(problem -> problem.matches("routes\\.yaml:4:[0-9]+: .+"))
                                .anyMatch(problem -> problem.contains(message)));
    }

    private JsonObject usage() {
        var all = new JsonObject(get("/api/v1/store/usage").text());
        return all.getJsonArray("usage").stream()
                .map(JsonObject.class::cast)
                .filter(limit -> limit.getString("limit_type").equals("orders"))
                .findFirst()
                .orElseThrow();
    }

    private RawClient.Response get(String path) {
        return gateway.get(store, path);
    }
}
