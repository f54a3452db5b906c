package dev.tiergate.limits;

import static dev.tiergate.limits.Limits.limit;
import static dev.tiergate.limits.Limits.one;
import static dev.tiergate.limits.Limits.subject;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Redis;
import dev.tiergate.plugin.Limit.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was let pass without Redis, and how it hears of it. */
class DebtIT {

    private static final LinkSettings QUICK = LinkSettings.DEFAULT.withDeadline(Duration.ofMillis(300));

    @Test
    void what_redis_was_told_of_without_an_answer_is_charged_once() {
        var subject = subject();
        var limit = limit("daily", Window.DAY, 100);
        try (var line = SlowLine.to(Redis.shared().port());
                var node = LedgerNode.open(line.uri(), QUICK);
                var probe = new RedisProbe(Redis.shared().uri())) {
            node.charged(one(subject, limit));
            line.delay(Duration.ofHours(1));
            node.run(() -> {
                for (int i = 0; i < 3; i++) {
                    node.ledger.chargeLocally(one(subject, limit));
                }
            });
            LedgerNode.until(() -> probe.charged(subject, limit) == 4);

            node.run(() -> node.ledger.chargeLocally(one(subject, limit)));
            line.delay(Duration.ZERO);
            line.cut();

            LedgerNode.until(() -> probe.charged(subject, limit) == 5);
            node.awaitReady();
            assertThat(node.charged(one(subject, limit)).numbers().get(0).current())
                    .isEqualTo(6);
            assertThat(probe.charged(subject, limit)).isEqualTo(6);
        }
    }

    @Test
    void a_node_that_leaves_tells_what_it_owes() {
        var subject = subject();
        var limit = limit("daily", Window.DAY, 100);
        try (var probe = new RedisProbe(Redis.shared().uri())) {
            try (var node = LedgerNode.open(Redis.shared().uri(), QUICK)) {
                owesAndLeaves(node, one(subject, limit));
            }
            assertThat(probe.charged(subject, limit)).isEqualTo(1);
        }
    }

    @Test
    void a_node_that_leaves_tells_it_to_a_redis_that_answers_late_too() {
        var subject = subject();
        var limit = limit("daily", Window.DAY, 100);
        try (var line = SlowLine.to(Redis.shared().port());
                var probe = new RedisProbe(Redis.shared().uri())) {
            try (var node = LedgerNode.open(line.uri(), QUICK)) {
                line.delay(Duration.ofMillis(400));
                LedgerNode.until(() -> {
                    node.charge(one(subject(), limit));
                    return node.ledger.notReady().isPresent();
                });
                owesAndLeaves(node, one(subject, limit));
            }
            assertThat(probe.charged(subject, limit)).isEqualTo(1);
        }
    }

    /** More than a tick tells of. */
    @Test
    void the_debts_of_many_stores_are_all_told() {
        var limit = limit("daily", Window.DAY, 100);
        try (var redis = Redis.embedded();
                var node = LedgerNode.open(redis.uri(), QUICK);
                var probe = new RedisProbe(redis.uri())) {
            redis.stop();
            LedgerNode.until(() -> node.ledger.notReady().isPresent());
            List<Subject> subjects = new ArrayList<>();
            node.run(() -> {
                for (int i = 0; i < 1_200; i++) {
                    subjects.add(subject());
                    node.ledger.chargeLocally(one(subjects.get(i), limit));
                }
            });
            redis.restart();
            LedgerNode.until(() -> subjects.stream().allMatch(subject -> probe.charged(subject, limit) == 1));
        }
    }

    private static void owesAndLeaves(LedgerNode node, ChargeRequest request) {
        node.on(() -> {
            node.ledger.chargeLocally(request);
            return node.ledger.close();
        });
    }
}
