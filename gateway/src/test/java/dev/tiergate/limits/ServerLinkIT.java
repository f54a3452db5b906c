package dev.tiergate.limits;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.tiergate.LogLines;
import dev.tiergate.fixtures.Redis;
import dev.tiergate.fixtures.TcpLine;
import dev.tiergate.telemetry.Lately;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ServerLinkIT {

    private final AtomicLong clock = new AtomicLong();
    private final AtomicInteger attempts = new AtomicInteger();

    @Test
    void one_that_breaks_again_and_again_is_two_lines_each_ten_seconds_and_waits_longer_each_time() {
        try (var line = TcpLine.to(Redis.shared().port());
                var lines = LogLines.of(ServerLink.class.getName(), Level.INFO);
                var node = LedgerNode.open("redis://127.0.0.1:" + line.port(), settings())) {
            long began = System.nanoTime();
            for (int i = 1; i <= 5; i++) {
                cut(line, node, i);
            }
            // 50 + 100 + 200 + 400 + 800
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(1_500));
            assertThat(lines.messages()).hasSize(3);
            assertThat(lines.messages().get(1)).contains("does not serve the usage counters");
            clock.addAndGet(Lately.SPAN.toNanos());
            cut(line, node, 6);
            LedgerNode.until(() -> lines.messages().size() == 5);
        }
    }

    private LinkSettings settings() {
        return LedgerNode.PATIENT.withClocks(InstantSource.system(), clock::get).withChance(() -> {
            attempts.incrementAndGet();
            return 0;
        });
    }

    private void cut(TcpLine line, LedgerNode node, int times) {
        line.cut();
        LedgerNode.until(() -> attempts.get() == times);
        node.awaitReady();
    }
}
