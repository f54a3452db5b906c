package dev.tiergate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** In which order plugins are asked, which routes they are asked for, and what one alone in shadow does. */
class PluginOrderIT {

    private static final String ROUTES = """
            version: 1
            plugins: [ { everywhere: {} } ]
            hosts:
              shop.test: { plugins: [ { of-host: {} } ] }
            upstreams:
              shop: { endpoints: [ "${SHOP}" ], plugins: [ { of-upstream: {} } ] }
              plain: { endpoints: [ "${SHOP}" ] }
            auth:
              jwt:
                public-keys: [ "${KEY}" ]
                algorithms: [ RS256 ]
                issuer: https://id.example.com/
                audience: shop
            routes:
              - path: /all
                host: shop.test
                feature: basic_orders
                plugins: [ { second: {} }, { first: {} } ]
                upstream: shop
              - { path: /plain, upstream: plain }
              - { path: /public, host: shop.test, public: true, upstream: shop }
              - { path: /analytics, host: shop.test, feature: advanced_analytics, upstream: shop }
              - path: /refusing
                feature: basic_orders
                plugins: [ { first: {} }, { refusing: {} }, { second: {} } ]
                upstream: plain
              - path: /shadow
                feature: basic_orders
                plugins: [ { refusing: {}, mode: shadow }, { second: {} } ]
                upstream: plain
            """;

    private static final Queue<String> ASKED = new ConcurrentLinkedQueue<>();

    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        List<CheckFactory<?>> plugins = new ArrayList<>();
        Stream.of("everywhere", "of-host", "of-upstream", "first", "second")
                .forEach(name -> plugins.add(GivenPlugin.of(name, noting(name))));
        plugins.add(GivenPlugin.of("refusing", call -> {
            ASKED.add(call.shadow() ? "refusing in shadow" : "refusing");
            return Future.succeededFuture(Refuse.of(Reason.forbidden("header_forbidden"), "Not today"));
        }));
        gateway = RunningGateway.start("routes: []\n", Map.of(), plugins);
        gateway.store("ordered", "essential");
        gateway.write(ROUTES.getBytes(UTF_8));
        gateway.await(gateway.gateway().checkRoutes());
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    @BeforeEach
    void forget() {
        ASKED.clear();
    }

    private static Check noting(String name) {
        return call -> {
            ASKED.add(name);
            return Future.succeededFuture(Allow.plain());
        };
    }

    private static RawClient.Response get(String path) {
        return gateway.exchange("GET " + path + " HTTP/1.1\r\nHost: shop.test\r\nAuthorization: Bearer "
                + gateway.token("ordered") + "\r\nAccept: application/json\r\n\r\n");
    }

    @Test
    void the_gateways_come_first_then_the_hosts_the_upstreams_and_the_routes_own() {
        assertThat(get("/all").status()).isEqualTo(200);
        assertThat(ASKED).containsExactly("everywhere", "of-host", "of-upstream", "second", "first");
    }

    @Test
    void a_route_without_host_that_goes_elsewhere_has_the_gateways_alone() {
        assertThat(get("/plain").status()).isEqualTo(200);
        assertThat(ASKED).containsExactly("everywhere");
    }

    @Test
    void a_public_route_asks_none() {
        assertThat(get("/public").status()).isEqualTo(200);
        assertThat(ASKED).isEmpty();
    }

    @Test
    void what_the_tier_refuses_no_plugin_is_asked() {
        assertThat(get("/analytics").status()).isEqualTo(403);
        assertThat(ASKED).isEmpty();
    }

    @Test
    void the_first_refusal_wins() {
        var answer = get("/refusing");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(new JsonObject(answer.text()).getString("reason")).isEqualTo("header_forbidden");
        assertThat(ASKED).containsExactly("everywhere", "first", "refusing");
    }

    @Test
    void a_plugin_in_shadow_refuses_nothing_and_is_counted_and_logged_as_a_route_in_shadow_is() {
        var series = "feature_access_denied_total{feature=\"basic_orders\",mode=\"shadow\",reason=\"header_forbidden\","
                + "tier=\"essential\"}";
        var before = gateway.metric(series);
        try (var lines = LogLines.of("dev.tiergate.decision", Level.INFO)) {
            var answer = get("/shadow");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(gateway.backend().last().header("X-Tiergate-Decision")).contains("allow");
            assertThat(lines.all().map(line -> String.valueOf(line.getKeyValuePairs())))
                    .singleElement()
                    .asString()
                    .contains("mode=\"shadow\"", "reason_code=\"header_forbidden\"", "store_id=\"ordered\"");
        }
        assertThat(ASKED).containsExactly("everywhere", "refusing in shadow", "second");
        assertThat(gateway.metric(series)).isEqualTo(before + 1);
    }
}
