package dev.tiergate.limits;

import static dev.tiergate.limits.Limits.limit;
import static dev.tiergate.limits.Limits.one;
import static dev.tiergate.limits.Limits.subject;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Redis;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Limit.Window;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** F8 and F9: nodes whose clocks are wrong, and a burst around the edge of a window, under load on two nodes. */
class WindowFaultsIT {

    private static final int CLIENTS = 40;

    private final AtomicLong skew = new AtomicLong(120);
    private LedgerNode ahead;
    private LedgerNode behind;
    private RedisProbe probe;

    @BeforeEach
    void open() {
        var uri = Redis.shared().uri();
        ahead = LedgerNode.open(
                uri, LedgerNode.PATIENT.withClocks(() -> Instant.now().plusSeconds(skew.get()), System::nanoTime));
        behind = LedgerNode.open(
                uri, LedgerNode.PATIENT.withClocks(() -> Instant.now().minusSeconds(120), System::nanoTime));
        probe = new RedisProbe(Redis.shared().operatorUri());
        ahead.awaitRecallable();
        behind.awaitRecallable();
    }

    @AfterEach
    void close() {
        ahead.close();
        behind.close();
        probe.close();
    }

    @Test
    void f8_clocks_that_differ_and_one_that_jumps_count_in_one_window_to_the_unit() {
        // a zone whose hour has just begun
        var zone = ZoneOffset.ofTotalSeconds((int) -(probe.millis() / 1_000 % 3_600));
        var subject = subject(Limits.store(zone), null);
        var hourly = limit("hourly", Window.HOUR, 1_000);
        var books = new Books(subject, hourly);
        books.begin();
        LedgerNode.until(() -> books.admitted() > 300);
        skew.set(-600);
        LedgerNode.until(() -> books.refused.get() > 2 * CLIENTS);
        books.end();

        assertThat(books.byWindow).hasSize(1);
        assertThat(books.admitted()).isEqualTo(1_000);
        assertThat(probe.dump(subject)).hasSize(1);
        assertThat(probe.millisToLive(probe.dump(subject).keySet().iterator().next()))
                .isPositive();
        // the timers of both go on: what they held in advance goes back
        LedgerNode.until(() -> probe.charged(subject, hourly) == 1_000
                && ahead.current(subject, hourly) == 1_000
                && behind.current(subject, hourly) == 1_000);
    }

    /** Windows are fixed: around an edge twice the limit can pass, and no more. */
    @Test
    void f9_around_the_edge_of_a_window_each_window_admits_its_limit_and_no_more() {
        // a zone whose hour ends in two to three seconds
        long edge = probe.millis() / 1_000 + 3;
        var zone = ZoneOffset.ofTotalSeconds((int) (3_600 - edge % 3_600) % 3_600);
        var store = Limits.store(zone);
        var subject = subject(store, null);
        var hourly = limit("hourly", Window.HOUR, 300);
        var books = new Books(subject, hourly);
        books.begin();
        LedgerNode.until(() -> books.byWindow.size() == 2 && books.admitted() >= 600 && books.refused.get() > CLIENTS);
        books.end();

        assertThat(books.byWindow.keySet()).contains(Instant.ofEpochSecond(edge));
        assertThat(books.byWindow.values())
                .allSatisfy(units -> assertThat(units).hasValue(300));
        for (var window : books.byWindow.entrySet()) {
            var key =
                    "tg:{" + store.externalId() + "}:hourly:" + window.getKey().getEpochSecond();
            assertThat(probe.charged(key)).isEqualTo(300);
        }
    }

    /** What clients of both nodes were told, who ask as fast as they are answered. */
    private final class Books {
        private final ChargeRequest request;
        private final Map<Instant, AtomicInteger> byWindow = new ConcurrentHashMap<>();
        private final AtomicInteger refused = new AtomicInteger();
        private final AtomicBoolean stop = new AtomicBoolean();
        private final List<Future<?>> clients = new ArrayList<>();

        Books(Subject subject, Limit limit) {
            this.request = one(subject, limit);
        }

        void begin() {
            for (int i = 0; i < CLIENTS; i++) {
                var node = i % 2 == 0 ? ahead : behind;
                clients.add(node.start(() -> ask(node)));
            }
        }

        private Future<Void> ask(LedgerNode node) {
            return stop.get()
                    ? Future.succeededFuture()
                    : node.ask(request)
                            .onSuccess(this::note)
                            .compose(noted -> node.pause())
                            .compose(rested -> ask(node));
        }

        private void note(ChargeResult result) {
            if (result instanceof ChargeResult.Charged charged) {
                var span = charged.numbers().get(0).span();
                byWindow.computeIfAbsent(span.start(), start -> new AtomicInteger())
                        .incrementAndGet();
            } else {
                refused.incrementAndGet();
            }
        }

        int admitted() {
            return byWindow.values().stream().mapToInt(AtomicInteger::get).sum();
        }

        void end() {
            stop.set(true);
            clients.forEach(LedgerNode::await);
        }
    }
}
