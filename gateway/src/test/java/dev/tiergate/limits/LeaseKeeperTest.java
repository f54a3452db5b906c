package dev.tiergate.limits;

import static dev.tiergate.limits.Limits.limit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Limit.Window;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Leases that follow one another on a counter, without a Redis. */
class LeaseKeeperTest {

    private static final long NOON = TimeUnit.HOURS.toMillis(12);
    private static final long ONE = TimeUnit.HOURS.toMillis(13);

    private final AtomicLong millis = new AtomicLong(NOON);
    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final NodeCounters node = new NodeCounters(LedgerNode.NOTHING_STORED, new SimpleMeterRegistry());
    private final Subject subject = Limits.subject();
    private final Limit hourly = limit("hourly", Window.HOUR, 1_000);
    private final Counter counter = new Counters(node).of(subject, hourly, Instant.ofEpochMilli(NOON));

    @AfterEach
    void close() {
        LedgerNode.await(vertx.close());
    }

    @Test
    void a_recall_of_a_lease_that_ended_leaves_the_next_one_alone() {
        node.recallable(() -> true);
        LeaseKeeper keeper = LedgerNode.await(on(this::keeper));
        Future<Lease> next = LedgerNode.await(on(() -> {
            lease(keeper);
            millis.set(ONE); // its window is over, which the first recall sees
            recall();
            Future<Lease> second = on(() -> {
                assertThat(counter.known().lease()).isNull();
                millis.set(NOON);
                return lease(keeper);
            });
            recall();
            return second;
        }));

        Lease known = LedgerNode.await(on(() -> counter.known().lease()));
        assertThat(known).isSameAs(LedgerNode.await(next));
    }

    private LeaseKeeper keeper() {
        var settings = LinkSettings.DEFAULT.withClocks(
                () -> Instant.ofEpochMilli(millis.get()), () -> TimeUnit.MILLISECONDS.toNanos(millis.get()));
        var link = RedisLink.open(vertx, () -> "redis://127.0.0.1:1", settings, node.breakers());
        var loop = LedgerLoop.of(link, node, 1);
        return new LeaseKeeper(context, loop, node, new Refunds(loop));
    }

    private Lease lease(LeaseKeeper keeper) {
        while (counter.known().lease() == null) {
            keeper.charged(subject, counter, hourly, 1);
        }
        return counter.known().lease();
    }

    private void recall() {
        node.recall(counter.place().key());
    }

    private <T> Future<T> on(Callable<T> task) {
        return Future.future(promise -> context.runOnContext(now -> {
            try {
                promise.complete(task.call());
            } catch (Exception | AssertionError e) {
                promise.fail(e);
            }
        }));
    }
}
