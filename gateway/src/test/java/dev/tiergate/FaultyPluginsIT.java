package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Outcome;
import dev.tiergate.plugin.Settlement;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** Plugins that err do not take from the store what the request did not use. */
class FaultyPluginsIT {

    private static final String ROUTES = """
            routes:
              - { path: /throws, feature: basic_orders, plugins: [ { throwing-settlement: {} } ], upstream: shop }
              - { path: /late, feature: basic_orders, plugins: [ { noting: {} }, { failing-late: {} } ], upstream: shop }
            """;

    record Config() {}

    private record Plugin(String name, Check check) implements CheckFactory<Config> {
        @Override
        public Class<Config> configType() {
            return Config.class;
        }

        @Override
        public Check create(Config config) {
            return check;
        }
    }

    private static Check allowing(Settlement settlement) {
        return call -> Future.succeededFuture(Allow.plain().withSettlement(settlement));
    }

    @Test
    void units_come_back_though_a_settlement_throws_and_a_check_that_fails_late_undoes_those_before_it()
            throws Exception {
        Queue<String> told = new ConcurrentLinkedQueue<>();
        var plugins = List.<CheckFactory<?>>of(
                new Plugin("throwing-settlement", allowing(new Throwing())),
                new Plugin("noting", allowing(new Noting(told))),
                new Plugin(
                        "failing-late",
                        call -> Future.<Decision>future(
                                promise -> Vertx.currentContext().owner().setTimer(10, late -> promise.fail("late")))));
        try (var gateway = RunningGateway.start(ROUTES, Map.of(), plugins)) {
            gateway.store("faulty-plugins", "essential");
            gateway.backend().respondWith(503, Map.of(), "");
            assertThat(gateway.get("faulty-plugins", "/throws").status()).isEqualTo(503);
            assertThat(left(gateway)).isEqualTo(100);

            assertThat(reason(gateway)).isEqualTo("check_failed");
            assertThat(told).containsExactly("NOT_SENT", "ended");
        }
    }

    private static String reason(RunningGateway gateway) {
        return new JsonObject(gateway.get("faulty-plugins", "/late").text()).getString("reason");
    }

    private static int left(RunningGateway gateway) {
        return new JsonObject(gateway.get("faulty-plugins", "/api/v1/store/usage/check/orders")
                        .text())
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
