package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Outcome;
import dev.tiergate.plugin.Settlement;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** Plugins that err: the gateway serves on, says which it was, and takes nothing from a store that it did not use. */
class FaultyPluginsIT {

    private static final String SETTLING = """
            routes:
              - { path: /throws, feature: basic_orders, plugins: [ { throwing-settlement: {} } ], upstream: shop }
              - { path: /late, feature: basic_orders, plugins: [ { noting: {} }, { failing-late: {} } ], upstream: shop }
            """;

    private static final String FAULTY = """
            routes:
              - { path: /fine, feature: basic_orders, upstream: shop }
              - { path: /throws, feature: basic_orders, plugins: [ { throwing: {} } ], upstream: shop }
              - { path: /fails, feature: basic_orders, plugins: [ { failing: {} } ], upstream: shop }
              - path: /late
                feature: basic_orders
                plugins: [ { silent: {}, deadline: 50ms } ]
                upstream: shop
              - { path: /blocks, feature: basic_orders, plugins: [ { blocking: {} } ], upstream: shop }
              - path: /passes
                feature: basic_orders
                plugins:
                  - { throwing: {}, on-failure: pass }
                  - { failing: {}, on-failure: pass }
                  - { silent: {}, on-failure: pass, deadline: 50ms }
                upstream: shop
              - path: /shadows
                feature: basic_orders
                plugins: [ { throwing: {}, mode: shadow }, { silent: {}, mode: shadow, deadline: 50ms } ]
                upstream: shop
            """;

    private static Check allowing(Settlement settlement) {
        return call -> Future.succeededFuture(Allow.plain().withSettlement(settlement));
    }

    private static List<CheckFactory<?>> faulty(LogLines said) {
        return List.of(
                GivenPlugin.of("throwing", call -> {
                    throw new IllegalStateException("of " + call.path());
                }),
                GivenPlugin.of("failing", call -> Future.failedFuture("of " + call.path())),
                GivenPlugin.of("silent", call -> Promise.<Decision>promise().future()),
                GivenPlugin.of("blocking", call -> {
                    Eventually.so(
                            "the plugin is found out",
                            () -> !told(said, "blocking").isEmpty());
                    return Future.succeededFuture(Allow.plain());
                }));
    }

    private static List<String> told(LogLines said, String plugin) {
        return said.messages().stream()
                .filter(message -> message.startsWith("The plugin " + plugin + " "))
                .toList();
    }

    @Test
    void the_gateway_says_which_plugin_it_was_and_serves_on() throws Exception {
        try (var said = LogLines.of("dev.tiergate.plugins").alone();
                var gateway = RunningGateway.start(FAULTY, Map.of(), faulty(said))) {
            gateway.store("faulty", "essential");
            assertThat(gateway.admin("/metrics").text())
                    .contains("tiergate_plugin_faults_total{kind=\"blocked\",plugin=\"silent\"} 0.0");
            for (var path : List.of("/throws", "/fails", "/late")) {
                assertThat(gateway.get("faulty", path).status()).as(path).isEqualTo(503);
                assertThat(reason(gateway, "faulty", path)).as(path).isEqualTo("check_failed");
            }
            assertThat(gateway.get("faulty", "/blocks").status()).isEqualTo(200);
            assertThat(gateway.get("faulty", "/fine").status()).isEqualTo(200);
            assertThat(left(gateway, "faulty")).isEqualTo(98);

            assertThat(faults(gateway, "throwing", "threw")).isEqualTo(2);
            assertThat(faults(gateway, "failing", "failed")).isEqualTo(2);
            assertThat(faults(gateway, "silent", "late")).isEqualTo(2);
            assertThat(faults(gateway, "blocking", "blocked")).isEqualTo(1);
            assertThat(gateway.metric("feature_gating_errors_total{stage=\"check\"}"))
                    .isEqualTo(6);
            assertThat(told(said, "throwing")).contains("The plugin throwing threw");
            assertThat(told(said, "failing")).contains("The plugin failing gave no answer");
            assertThat(told(said, "silent")).contains("The plugin silent did not answer in time");
            assertThat(told(said, "blocking"))
                    .containsExactly("The plugin blocking held an event loop for over 100 ms");
            assertThat(stackOf(said, "The plugin blocking")).contains(FaultyPluginsIT.class.getName());
            assertThat(stackOf(said, "The plugin throwing"))
                    .contains(FaultyPluginsIT.class.getName())
                    .contains(IllegalStateException.class.getName())
                    .doesNotContain("of /throws");
        }
    }

    @Test
    void a_plugin_that_is_to_pass_where_it_fails_or_is_in_shadow_refuses_nothing_and_is_counted() throws Exception {
        try (var said = LogLines.of("dev.tiergate.plugins").alone();
                var gateway = RunningGateway.start(FAULTY, Map.of(), faulty(said))) {
            gateway.store("passing", "essential");
            assertThat(gateway.get("passing", "/passes").status()).isEqualTo(200);
            assertThat(gateway.get("passing", "/shadows").status()).isEqualTo(200);
            assertThat(faults(gateway, "throwing", "threw")).isEqualTo(2);
            assertThat(faults(gateway, "failing", "failed")).isEqualTo(1);
            assertThat(faults(gateway, "silent", "late")).isEqualTo(2);
            assertThat(gateway.metric("feature_gating_errors_total{stage=\"check\"}"))
                    .isZero();
        }
    }

    @Test
    void units_come_back_though_a_settlement_throws_and_a_check_that_fails_late_undoes_those_before_it()
            throws Exception {
        Queue<String> told = new ConcurrentLinkedQueue<>();
        var plugins = List.<CheckFactory<?>>of(
                GivenPlugin.of("throwing-settlement", allowing(new Throwing())),
                GivenPlugin.of("noting", allowing(new Noting(told))),
                GivenPlugin.of(
                        "failing-late",
                        call -> Future.<Decision>future(
                                promise -> Vertx.currentContext().owner().setTimer(10, late -> promise.fail("late")))));
        try (var gateway = RunningGateway.start(SETTLING, Map.of(), plugins)) {
            gateway.store("faulty-plugins", "essential");
            gateway.backend().respondWith(503, Map.of(), "");
            assertThat(gateway.get("faulty-plugins", "/throws").status()).isEqualTo(503);
            assertThat(left(gateway, "faulty-plugins")).isEqualTo(100);

            assertThat(reason(gateway, "faulty-plugins", "/late")).isEqualTo("check_failed");
            assertThat(told).containsExactly("NOT_SENT", "ended");
        }
    }

    private static double faults(RunningGateway gateway, String plugin, String kind) {
        return gateway.metric("tiergate_plugin_faults_total{kind=\"" + kind + "\",plugin=\"" + plugin + "\"}");
    }

    /** Of the first line that begins so: what was thrown, and where. */
    private static String stackOf(LogLines said, String message) {
        var thrown = said.all()
                .filter(line -> line.getFormattedMessage().startsWith(message))
                .findFirst()
                .orElseThrow()
                .getThrowableProxy();
        return thrown.getMessage() + Arrays.toString(thrown.getStackTraceElementProxyArray());
    }

    private static String reason(RunningGateway gateway, String store, String path) {
        return new JsonObject(gateway.get(store, path).text()).getString("reason");
    }

    private static int left(RunningGateway gateway, String store) {
        return new JsonObject(
                        gateway.get(store, "/api/v1/store/usage/check/orders").text())
                .getInteger("remaining");
    }

    private static final class Throwing implements Settlement {
        @Override
        public void answered(Outcome outcome) {
            throw new IllegalStateException("a bad plugin");
        }

        @Override
        public void ended() {
            throw new IllegalStateException("a bad plugin");
        }
    }

    private record Noting(Queue<String> told) implements Settlement {
        @Override
        public void answered(Outcome outcome) {
            told.add(outcome.kind().name());
        }

        @Override
        public void ended() {
            told.add("ended");
        }
    }
}
