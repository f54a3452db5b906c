package dev.tiergate.redis;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.tiergate.Eventually;
import dev.tiergate.LogLines;
import dev.tiergate.fixtures.Redis;
import dev.tiergate.fixtures.TcpLine;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisConnection;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeldConnectionIT {

    private final AtomicLong clock = new AtomicLong();
    private final AtomicInteger opened = new AtomicInteger();
    private final Vertx vertx = Vertx.vertx();
    private final TcpLine line = TcpLine.to(Redis.shared().port());
    private final HeldConnection held = new HeldConnection(
            vertx, vertx.getOrCreateContext(), () -> "redis://127.0.0.1:" + line.port(), 1, clock::get, new Use());

    private final class Use implements HeldConnection.Use {

        @Override
        public void opened(RedisConnection connection) {
            opened.incrementAndGet();
        }

        @Override
        public void lost() {}

        @Override
        public void look() {}
    }

    @AfterEach
    void close() throws TimeoutException {
        await(held.close());
        await(vertx.close());
        line.close();
    }

    @Test
    void one_that_breaks_again_and_again_is_two_lines_each_ten_seconds_and_waits_longer_each_time() {
        try (var lines = LogLines.of(HeldConnection.class.getName(), Level.INFO)) {
            awaitOpened(1);
            long began = System.nanoTime();
            for (int i = 2; i <= 6; i++) {
                line.cut();
                awaitOpened(i);
            }
            // half of 50 + 100 + 200 + 400 + 800 at the least
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(700));
            assertThat(lines.messages()).hasSize(2);
            assertThat(lines.messages().get(1)).isEqualTo("Redis is heard again");
            clock.addAndGet(HeldConnection.STEADY.toNanos());
            line.cut();
            awaitOpened(7);
            assertThat(lines.messages()).hasSize(4);
        }
    }

    private void awaitOpened(int times) {
        Eventually.so("opened " + times + " times", () -> opened.get() == times);
    }

    private static void await(Future<Void> future) throws TimeoutException {
        future.await(10, TimeUnit.SECONDS);
    }
}
