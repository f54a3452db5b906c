package dev.tiergate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.Eventually;
import dev.tiergate.RunningGateway;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.plugins.PluginCatalogue;
import dev.tiergate.routes.LoadResult;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The plugin as it is shipped, on a running gateway of two event loops: each test has a store with full buckets. */
class TokenBucketPluginIT {

    /** So slow that nothing comes back while a test runs, but for the last. */
    private static final String ROUTES = """
            quotas:
              bursts: { token-bucket: { rate: 2/hour, burst: 4 } }
              own-bursts: { token-bucket: { rate: 2/hour, burst: 1, scope: user } }
              fast: { token-bucket: { rate: 20/second, burst: 1 } }
            routes:
              - { path: /report, charge: [ { limit: bursts } ], upstream: shop }
              - { path: /large, charge: [ { limit: bursts, cost: 5 } ], upstream: shop }
              - { path: /tokens, charge: [ { limit: bursts, header: X-Cost, max: 4, default: 4 } ], upstream: shop }
              - { path: /gated, plugins: [ header: { require: { X-Client: web } } ], charge: [ { limit: bursts } ], upstream: shop }
              - { path: /own, charge: [ { limit: own-bursts } ], upstream: shop }
              - { path: /quiet, mode: shadow, charge: [ { limit: bursts, cost: 4 } ], upstream: shop }
              - { path: /fast, charge: [ { limit: fast } ], upstream: shop }
            """;

    private static final AtomicInteger STORES = new AtomicInteger();

    private static RunningGateway gateway;

    private String store = "";

    @BeforeAll
    static void start() throws Exception {
        gateway = start(Map.of());
    }

    private static RunningGateway start(Map<String, String> environment) throws Exception {
        return RunningGateway.start(
                ROUTES, environment, PluginCatalogue.ofClassPath().checks());
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    @BeforeEach
    void open() {
        gateway.backend().reset();
        store = "bucket-" + STORES.incrementAndGet();
        gateway.store(store, "essential");
    }

    @Test
    void the_last_unit_passes_and_the_next_is_told_when_to_come_back() {
        for (int i = 0; i < 4; i++) {
            assertThat(get("/report").status()).isEqualTo(200);
        }
        var refused = get("/report");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(gateway.backend().count()).isEqualTo(4);
        var json = new JsonObject(refused.text());
        assertThat(json.getString("reason")).isEqualTo("limit_reached");
        assertThat(json.getString("limit_type")).isEqualTo("bursts");
        assertThat(json.getString("window")).isEqualTo("token-bucket");
        assertThat(json.getLong("limit")).isEqualTo(4);
        assertThat(json.getLong("remaining")).isZero();
        assertThat(Instant.parse(json.getString("resets_at"))).isAfter(Instant.now());
        assertThat(Long.parseLong(refused.header("Retry-After").orElseThrow())).isBetween(1_600L, 1_800L);
    }

    @Test
    void what_never_fits_is_refused_without_a_time() {
        var refused = get("/large");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(new JsonObject(refused.text()).getString("detail"))
                .isEqualTo("Limit 'bursts' of 4 cannot hold the 5 that this request needs");
        assertThat(refused.header("Retry-After")).isEmpty();
        assertUsed(0);
    }

    @Test
    void what_the_backend_fails_at_comes_back_and_so_does_what_it_did_not_use() {
        gateway.backend().respondWith(503, Map.of(), "");
        assertThat(get("/report").status()).isEqualTo(503);
        assertUsed(0);
        gateway.backend().respondWith(200, Map.of("X-Cost", "1"), "");
        assertThat(get("/tokens").status()).isEqualTo(200);
        assertUsed(1);
    }

    @Test
    void a_request_that_is_refused_before_takes_nothing() {
        assertThat(get("/gated").status()).isEqualTo(403);
        assertUsed(0);
    }

    @Test
    void each_user_has_a_bucket_where_the_scope_says_so() {
        assertThat(get("/own", "anne").status()).isEqualTo(200);
        assertThat(get("/own", "anne").status()).isEqualTo(429);
        assertThat(get("/own", "bob").status()).isEqualTo(200);
    }

    @Test
    void shadow_is_counted_apart_and_refuses_nobody() {
        assertThat(get("/quiet").status()).isEqualTo(200);
        assertThat(get("/quiet").status()).isEqualTo(200);
        assertUsed(0);
    }

    @Test
    void the_usage_shows_what_is_left() {
        get("/report");
        var usage = new JsonObject(get("/api/v1/store/usage").text())
                .getJsonArray("usage").stream()
                        .map(JsonObject.class::cast)
                        .filter(one -> one.getString("limit_type").equals("bursts"))
                        .findFirst()
                        .orElseThrow();
        assertThat(usage.getString("window")).isEqualTo("token-bucket");
        assertThat(usage.getLong("remaining")).isEqualTo(3);
        assertThat(Instant.parse(usage.getString("resets_at"))).isAfter(Instant.now());
    }

    @Test
    void what_was_taken_outlives_a_reload() throws Exception {
        get("/report");
        gateway.write(ROUTES + "\n# changed\n");
        gateway.await(gateway.gateway().checkRoutes());
        assertUsed(1);
    }

    @Test
    void each_node_counts_for_itself() throws Exception {
        try (var other = start(Map.of("TIERGATE_DATABASE_URL", gateway.database()))) {
            for (int i = 0; i < 4; i++) {
                assertThat(get("/report").status()).isEqualTo(200);
            }
            assertThat(get("/report").status()).isEqualTo(429);
            assertThat(other.get(store, "/report").status()).isEqualTo(200);
        }
    }

    @Test
    void what_was_refused_passes_when_the_unit_is_back() {
        assertThat(get("/fast").status()).isEqualTo(200);
        Eventually.so("a unit is back", () -> get("/fast").status() == 200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | lacks 'rate': how many units come back, such as 20/second",
                "{ rate: 20/second } | lacks 'burst': units that a full bucket holds",
                "{ rate: 20/s, burst: 4 } | rate must be 1 to 100000 a second, minute or hour, such as 20/second",
                "{ rate: 100001/second, burst: 4 } | rate must be 1 to 100000 a second, minute or hour",
                "{ rate: 20, burst: 4 } | rate must be 1 to 100000 a second, minute or hour",
                "{ rate: 20/second, burst: 0 } | burst must be a whole number from 1 to 1000000",
                "{ rate: 20/second, burst: 1000001 } | burst must be a whole number from 1 to 1000000",
                "{ rate: 20/second, burst: 4, scope: team } | scope must be one of store, user",
                "{ rate: 20/second, burst: 4, each: 1 } | unknown key 'each'",
            })
    void a_wrong_configuration_is_a_problem_with_its_place(String config, String message) throws Exception {
        var text = """
                version: 1
                upstreams: { shop: { endpoints: [ "http://127.0.0.1:9001" ] } }
                auth: { jwt: { jwks: "https://id.example.com/jwks", algorithms: [ RS256 ] } }
                quotas:
                  bursts: { token-bucket: %s }
                routes: [ { path: /x, charge: [ { limit: bursts } ], upstream: shop } ]
                """.formatted(config);
        var result = PluginCatalogue.ofClassPath().routes(name -> null).load("routes.yaml", text, null);
        assertThat(result).isInstanceOf(LoadResult.Rejected.class);
        assertThat(((LoadResult.Rejected) result).problems())
                .extracting(Object::toString)
                .allMatch(problem -> problem.matches("routes\\.yaml:5:[0-9]+: .+"))
                .anyMatch(problem -> problem.contains(message));
    }

    private void assertUsed(int units) {
        Eventually.so(units + " units are used", () -> {
            var usage = new JsonObject(get("/api/v1/store/usage/check/bursts").text());
            return usage.getInteger("current") == units;
        });
    }

    private RawClient.Response get(String target) {
        return gateway.get(store, target);
    }

    private RawClient.Response get(String target, String user) {
        return gateway.exchange("GET " + target + " HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer "
                + gateway.token(store, Map.of("sub", user)) + "\r\n\r\n");
    }
}
