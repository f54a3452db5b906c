package dev.tiergate.limits;

import static dev.tiergate.limits.Limits.limit;
import static dev.tiergate.limits.Limits.one;
import static dev.tiergate.limits.Limits.subject;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Redis;
import dev.tiergate.plugin.Limit.Window;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Refusals of a node that counts by itself, while it tells Redis of what it let pass. */
class RefusedLocallyIT {

    private static final LinkSettings QUICK = LinkSettings.DEFAULT.withDeadline(Duration.ofMillis(300));

    @Test
    void a_refusal_is_free_while_redis_is_told_of_what_was_let_pass() {
        var subject = subject();
        var wide = limit("wide", Window.DAY, 10);
        var none = limit("none", Window.DAY, 0);
        List<ChargeResult> local = new ArrayList<>();
        List<Future<ChargeResult>> hanging = new ArrayList<>();

        try (var redis = Redis.embedded();
                var node = LedgerNode.open(redis.uri(), QUICK)) {
            redis.pause();
            node.run(() -> {
                local.add(node.ledger.chargeLocally(one(subject, wide)));
                hanging.add(node.ledger.charge(one(subject, wide)));
                for (int i = 0; i < 5; i++) {
                    local.add(node.ledger.chargeLocally(one(subject, wide, none)));
                }
                local.add(node.ledger.chargeLocally(one(subject, wide)));
            });
            assertThat(LedgerNode.await(hanging.get(0))).isInstanceOf(ChargeResult.Unavailable.class);
            redis.resume();
            node.awaitReady();

            assertThat(local)
                    .extracting(result -> result instanceof ChargeResult.Charged)
                    .containsExactly(true, false, false, false, false, false, true);
            assertThat(((ChargeResult.Charged) local.get(6)).numbers().get(0).current())
                    .isEqualTo(2);
            LedgerNode.until(() -> node.current(subject, wide) == 2);
        }
    }
}
