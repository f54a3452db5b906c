package dev.tiergate.limits;

import static dev.tiergate.limits.Limits.limit;
import static dev.tiergate.limits.Limits.one;
import static dev.tiergate.limits.Limits.subject;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Redis;
import dev.tiergate.fixtures.TcpLine;
import dev.tiergate.plugin.Limit.Window;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A line on which all answers come late. */
class RedisBreakerIT {

    private static final LinkSettings QUICK = LinkSettings.DEFAULT.withDeadline(Duration.ofMillis(300));

    /** Each way; both are later than the deadline, and soon enough for the connection to be kept. */
    private static final Duration LATE = Duration.ofMillis(200);

    private static final int PROBES = 5;

    @Test
    void while_it_is_open_requests_ask_nothing_and_one_probe_a_second_does() {
        var subject = subject();
        var limit = limit("products", Window.TOTAL, 1_000_000);
        var request = one(subject, limit);
        try (var redis = Redis.embedded();
                var line = TcpLine.to(redis.port());
                var node = LedgerNode.open(redis.uriBy(line.port()), QUICK);
                var probe = new RedisProbe(redis.operatorUri())) {
            node.charged(request);
            line.delay(LATE);
            List<Future<ChargeResult>> late = new ArrayList<>();
            LedgerNode.until(() -> {
                late.add(node.start(() -> node.ledger.charge(request)));
                return node.ledger.notReady().orElse("").contains("commands were late");
            });
            // by then what was on its way has come, and was taken back
            late.forEach(LedgerNode::await);
            LedgerNode.until(() -> probe.charged(subject, limit) == 1);

            long scripts = probe.calls("evalsha");
            long began = System.nanoTime();
            long requests = awaitProbes(probe, node, request, PROBES);
            var took = Duration.ofNanos(System.nanoTime() - began);
            // the first may come at once, and one that was on its way be counted late
            assertThat(took).isBetween(Duration.ofSeconds(PROBES - 2), Duration.ofSeconds(2 * PROBES));
            assertThat(requests).isGreaterThan(100);
            // as often the connection is asked whether it still answers, and nothing else is
            assertThat(probe.calls("evalsha") - scripts).isLessThanOrEqualTo(2 * PROBES + 2);

            line.heal();
            node.awaitReady();
        }
    }

    /** Requests go on meanwhile. A probe says that the node lives, which adds it to a sorted set. */
    private static long awaitProbes(RedisProbe probe, LedgerNode node, ChargeRequest request, int more) {
        long until = probe.calls("zadd") + more;
        var requests = new AtomicLong();
        LedgerNode.until(() -> {
            assertThat(node.charge(request)).isInstanceOf(ChargeResult.Unavailable.class);
            requests.incrementAndGet();
            return probe.calls("zadd") >= until;
        });
        return requests.get();
    }
}
