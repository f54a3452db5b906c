package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.CheckFactory;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A plugin that blocks an event loop is found out while it does so. */
class EventLoopIT {

    private static final String CHECKER = "io.vertx.core.impl.BlockedThreadChecker";

    @Test
    void a_check_that_blocks_for_longer_than_200_ms_is_logged() throws Exception {
        var said = new CompletableFuture<String>();
        var logger = (Logger) LoggerFactory.getLogger(CHECKER);
        var listener = new AppenderBase<ILoggingEvent>() {
            @Override
            protected void append(ILoggingEvent event) {
                if (event.getFormattedMessage().contains("eventloop")) {
                    said.complete(event.getFormattedMessage());
                }
            }
        };
        listener.start();
        logger.addAppender(listener);
        try (var gateway = RunningGateway.start("""
                routes:
                  - { path: /slow, plugins: [ { blocking: {} } ], upstream: shop }
                """, Map.of(), List.of(new Blocking(said)))) {
            gateway.store("1", "essential");
            assertThat(gateway.get("1", "/slow").status()).isEqualTo(200);
            assertThat(said).isCompletedWithValueMatching(message -> message.contains("time limit is 200 ms"));
        } finally {
            logger.detachAppender(listener);
        }
    }

    /** Blocks until that is logged. */
    private record Blocking(CompletableFuture<String> said) implements CheckFactory<Blocking.Config> {

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
        public Check create(Config config) {
            return call -> {
                said.orTimeout(10, TimeUnit.SECONDS).join();
                return Future.succeededFuture(Allow.plain());
            };
        }
    }
}
