package dev.tiergate.limits;

import static dev.tiergate.limits.Limits.limit;
import static dev.tiergate.limits.Limits.one;
import static dev.tiergate.limits.Limits.subject;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Redis;
import dev.tiergate.plugin.Limit.Window;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Charges of one tick, which go together. */
class LedgerBatchIT {

    private static final int TURNS = 8;

    /** Of a batch that found its scripts lost. */
    private static final long LOADS = LedgerScript.LOADS;

    @Test
    void an_error_in_a_batch_spoils_its_own_request_only() {
        var fine = subject();
        var broken = subject();
        var forbidden = subject();
        var limit = limit("products", Window.TOTAL, 100);
        List<Future<ChargeResult>> good = new ArrayList<>();
        List<Future<ChargeResult>> bad = new ArrayList<>();
        try (var redis = Redis.embedded();
                var node = LedgerNode.open(redis.uri());
                var probe = new RedisProbe(redis.operatorUri())) {
            List.of(fine, broken, forbidden)
                    .forEach(known -> node.charged(one(known, limit("known", Window.TOTAL, 1))));
            probe.ask(Command.LPUSH, "tg:" + tag(broken) + ":products:total", "x");
            probe.ask(Command.ACL, "SETUSER", "tiergate", "resetkeys", "~tg:[^{]*", own(fine), own(broken));
            probe.ask(Command.SCRIPT, "FLUSH");
            long loads = probe.calls("script");

            node.run(() -> {
                for (int i = 0; i < TURNS; i++) {
                    bad.add(node.ledger.charge(one(broken, limit)));
                    good.add(node.ledger.charge(one(fine, limit)));
                    bad.add(node.ledger.charge(one(forbidden, limit)));
                }
            });

            bad.forEach(result -> assertThat(LedgerNode.await(result)).isInstanceOf(ChargeResult.Unavailable.class));
            assertThat(good).extracting(LedgerBatchIT::current).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
            assertThat(node.current(fine, limit)).isEqualTo(TURNS);
            // a batch loads a lost script once: all went in one, and at most one was another's
            assertThat(probe.calls("script") - loads).isBetween(LOADS, 2 * LOADS);
        }
    }

    private static String tag(Subject subject) {
        return "{" + subject.store().externalId() + "}";
    }

    /** A store's keys, as an access rule. */
    private static String own(Subject subject) {
        return "~tg:" + tag(subject) + "*";
    }

    private static long current(Future<ChargeResult> result) {
        return ((ChargeResult.Charged) LedgerNode.await(result))
                .numbers()
                .get(0)
                .current();
    }
}
