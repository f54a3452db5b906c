package dev.tiergate.limits;

import static dev.tiergate.limits.Limits.limit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiergate.GivenPlugin;
import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Limit.Window;
import dev.tiergate.routes.GatewayConfig;
import dev.tiergate.routes.GatingConfig.OnLimitsDown;
import dev.tiergate.routes.LoadResult;
import dev.tiergate.routes.RoutesLoader;
import dev.tiergate.telemetry.GateMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** For how long a route holds the key of a request in flight: as long as the request may take, or its repeat is charged. */
class KeyFlightTest {

    private static final String ROUTES = """
            version: 1
            upstreams:
              shop: { endpoints: [ %s ], connect-timeout: 2s, response-timeout: 30s }
              slow: { endpoints: [ "http://127.0.0.1:9009" ], connect-timeout: 3s, response-timeout: 60s }
            auth: { jwt: { jwks: "https://id.example.com/jwks.json", algorithms: [ RS256 ] } }
            routes:
              - { path: /orders, feature: basic, idempotency-key: required, upstream: shop }
              - { path: /pages, feature: basic, upstream: shop, plugins: [ %s ] }
              - path: /exports
                feature: basic
                idempotency-key: required
                charge: [ { limit: exports }, { limit: bursts }, { limit: daily } ]
                upstream: shop
            quotas: { exports: { counted: {}, deadline: 20s }, bursts: { counted: {} } }
            """;

    @ParameterizedTest(name = "{0} endpoints: {1} s")
    @CsvSource({"1, 39", "2, 41", "3, 43", "4, 43"})
    void a_key_is_held_for_the_wait_for_room_each_connect_the_answer_and_five_seconds(int endpoints, int seconds) {
        assertThat(flight(config(endpoints, ""))).hasSeconds(seconds);
    }

    @Test
    void where_plugins_stand_that_may_lead_elsewhere_it_is_held_for_the_slowest_upstream() {
        assertThat(flight(config(1, "{ given: {} }"))).hasSeconds(3 + 3 + 60 + 5);
    }

    @Test
    void each_plugin_that_counts_has_its_time() {
        assertThat(flight(config(1, ""), 2)).hasSeconds(39 + 20 + 1);
    }

    @Test
    void a_route_that_reads_no_keys_holds_none() {
        assertThatThrownBy(() -> check(config(1, ""), 1, new MemoryKeys())).hasMessageContaining("reads no keys");
    }

    private static Duration flight(GatewayConfig config) {
        return flight(config, 0);
    }

    private static Duration flight(GatewayConfig config, int route) {
        var keys = new MemoryKeys();
        var call = FakeCall.of(limit("daily", Window.DAY, 2)).under("1", "key");
        assertThat(check(config, route, keys).ask(call).result()).isInstanceOf(Allow.class);
        return keys.flights.get(0);
    }

    private static KeyedLimitCheck check(GatewayConfig config, int route, MemoryKeys keys) {
        var limits = new LimitCheck(
                LimitCheckTest.route(),
                new MemoryLedger(),
                OnLimitsDown.ALLOW,
                true,
                new LimitWatch(LimitEvents.NONE, 0.8),
                new MemoryQuotas().of(),
                Prices.NONE,
                report -> {});
        return KeyedLimitCheck.of(
                limits, config.routes().get(route), config, keys, new GateMetrics(new SimpleMeterRegistry()));
    }

    private static GatewayConfig config(int endpoints, String plugins) {
        var uris = new StringBuilder();
        for (int i = 0; i < endpoints; i++) {
            uris.append(i == 0 ? "" : ", ")
                    .append("\"http://127.0.0.1:900")
                    .append(i)
                    .append('"');
        }
        var plugin = GivenPlugin.of("given", call -> Future.succeededFuture(Allow.plain()));
        var loaded = new RoutesLoader(List.of(plugin), List.of(new MemoryQuotas()), List.of(), name -> null)
                .load("routes.yaml", ROUTES.formatted(uris, plugins), null);
        return ((LoadResult.Loaded) loaded).config();
    }
}
