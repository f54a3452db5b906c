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
import org.junit.jupiter.api.Test;

/** A plugin that blocks an event loop is found out while it does so. */
class EventLoopIT {

    private static final String CHECKER = "io.vertx.core.impl.BlockedThreadChecker";

    @Test
    void a_check_that_blocks_for_longer_than_200_ms_is_logged() throws Exception {
        try (var checker = LogLines.of(CHECKER);
                var gateway = RunningGateway.start("""
                routes:
                  - { path: /slow, plugins: [ { blocking: {} } ], upstream: shop }
                """, Map.of(), List.of(new Blocking(checker)))) {
            gateway.store("1", "essential");
            assertThat(gateway.get("1", "/slow").status()).isEqualTo(200);
            assertThat(said(checker)).first(as(STRING)).contains("time limit is 200 ms");
        }
    }

    private static List<String> said(LogLines checker) {
        return checker.messages().stream()
                .filter(message -> message.contains("eventloop"))
                .toList();
    }

    /** Blocks until that is logged. */
    private record Blocking(LogLines checker) implements CheckFactory<Blocking.Config> {

        record Config() {}

        @Override
        public String name() {
            return "blocking";
        }

        @Override
        public Class<Config> configType() {
            return Config.class;
        }

        @Override
        public Check create(Config config, PluginContext context) {
            return call -> {
                Eventually.so("the loop is found out", () -> !said(checker).isEmpty());
                return Future.succeededFuture(Allow.plain());
            };
        }
    }
}
