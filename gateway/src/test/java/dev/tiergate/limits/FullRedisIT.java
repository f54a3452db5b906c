package dev.tiergate.limits;

import static dev.tiergate.limits.Limits.limit;
import static dev.tiergate.limits.Limits.line;
import static dev.tiergate.limits.Limits.subject;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Redis;
import dev.tiergate.plugin.Limit.Window;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A Redis that reads and does not write, as its memory is full; a full disk is the same. */
class FullRedisIT {

    @Test
    void what_comes_back_meanwhile_comes_back_when_there_is_room_again() {
        var subject = subject();
        var limit = limit("products", Window.TOTAL, 100);
        try (var redis = Redis.embedded();
                var node = LedgerNode.open(redis.uri())) {
            var charged = node.charged(new ChargeRequest(subject, List.of(line(limit, 9))));
            redis.reply("CONFIG SET maxmemory-policy noeviction");
            redis.reply("CONFIG SET maxmemory 1");
            assertThat(node.charge(new ChargeRequest(subject, List.of(line(limit, 1)))))
                    .isInstanceOf(ChargeResult.Unavailable.class);

            node.run(() -> charged.receipt().settle(new long[] {4}));
            node.run(() -> node.ledger.giveBack(new ChargeRequest(subject, List.of(line(limit, 2)))));
            assertThat(node.current(subject, limit)).isEqualTo(9);

            redis.reply("CONFIG SET maxmemory 0");
            LedgerNode.until(() -> node.current(subject, limit) == 3);
        }
    }
}
