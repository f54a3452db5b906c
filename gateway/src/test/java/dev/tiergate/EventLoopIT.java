package dev.tiergate;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugin.PluginContext;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** What a gateway's two event loops get to do, as a plugin sees it on them. */
class EventLoopIT {

    private static final String CHECKER = "io.vertx.core.impl.BlockedThreadChecker";

    private static final String ROUTES = """
            routes:
              - { path: /orders, plugins: [ { seeing: {} } ], upstream: shop }
            """;

    @Test
    void a_check_that_blocks_for_longer_than_200_ms_is_logged() throws Exception {
        try (var checker = LogLines.of(CHECKER);
                var gateway = start(() -> Eventually.so(
                        "the loop is found out", () -> !said(checker).isEmpty()))) {
            assertThat(gateway.get("1", "/orders").status()).isEqualTo(200);
            assertThat(said(checker)).first(as(STRING)).contains("time limit is 200 ms");
        }
    }

    private static List<String> said(LogLines checker) {
        return checker.messages().stream()
                .filter(message -> message.contains("eventloop"))
                .toList();
    }

    /** Also on a port that the system chose: Vert.x would give each loop one of its own. */
    @Test
    void each_loop_takes_its_share_of_the_connections() throws Exception {
        var loops = ConcurrentHashMap.<Thread>newKeySet();
        try (var gateway = start(() -> loops.add(Thread.currentThread()))) {
            for (int connection = 0; connection < 2; connection++) {
                assertThat(gateway.get("1", "/orders").status()).isEqualTo(200);
            }
            assertThat(loops).hasSize(2);
        }
    }

    private static RunningGateway start(Runnable seeing) throws Exception {
        var gateway = RunningGateway.start(ROUTES, Map.of(), List.of(new Seeing(seeing)));
        gateway.store("1", "essential");
        return gateway;
    }

    /** Runs this at each request, on its event loop. */
    private record Seeing(Runnable work) implements CheckFactory<Seeing.Config> {

        record Config() {}

        @Override
        public String name() {
            return "seeing";
        }

        @Override
        public Class<Config> configType() {
            return Config.class;
        }

        @Override
        public Check create(Config config, PluginContext context) {
            return call -> {
                work.run();
                return Future.succeededFuture(Allow.plain());
            };
        }
    }
}
