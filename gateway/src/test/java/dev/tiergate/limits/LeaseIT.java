package dev.tiergate.limits;

import static dev.tiergate.limits.Limits.limit;
import static dev.tiergate.limits.Limits.one;
import static dev.tiergate.limits.Limits.subject;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Redis;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Limit.Window;
import dev.tiergate.telemetry.MetricNames;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Nodes that hold units in advance, on a real Redis. */
class LeaseIT {

    private static final Limit WIDE = limit("wide", Window.DAY, 1_000_000);

    private final List<LedgerNode> nodes = new ArrayList<>();
    private RedisProbe probe;

    @BeforeEach
    void open() {
        for (int i = 0; i < 2; i++) {
            nodes.add(LedgerNode.open(Redis.shared().uri()));
        }
        probe = new RedisProbe(Redis.shared().operatorUri());
        nodes.forEach(LedgerNode::awaitRecallable);
    }

    @AfterEach
    void close() {
        nodes.forEach(LedgerNode::close);
        probe.close();
    }

    @Test
    void a_busy_counter_is_charged_without_redis() {
        var subject = subject();
        var node = nodes.get(0);
        lease(node, subject, WIDE);
        long before = probe.commands();

        for (int i = 0; i < 10; i++) {
            assertThat(node.admits(one(subject, WIDE))).isTrue();
        }

        // what ticks besides, a few times a second: that the nodes live, and the lease's own exchange
        assertThat(probe.commands() - before).isLessThan(10);
    }

    @Test
    void everybody_reads_the_same_number_as_soon_as_a_lease_is_told() {
        var subject = subject();
        lease(nodes.get(0), subject, WIDE);
        long shown = nodes.get(0).charged(one(subject, WIDE)).numbers().get(0).current();

        LedgerNode.until(() -> nodes.get(1).current(subject, WIDE) == shown);
        assertThat(nodes.get(0).current(subject, WIDE)).isEqualTo(shown);
    }

    @Test
    void what_is_not_used_goes_back() {
        var subject = subject();
        int admitted = lease(nodes.get(0), subject, WIDE);
        assertThat(charged(subject, WIDE)).isGreaterThan(admitted);

        LedgerNode.until(() -> charged(subject, WIDE) == admitted);
        LedgerNode.until(() -> leases(nodes.get(0)) == 0);
    }

    @Test
    void a_node_that_leaves_gives_all_back() {
        var subject = subject();
        var leaving = LedgerNode.open(Redis.shared().uri());
        leaving.awaitRecallable();
        int admitted = lease(leaving, subject, WIDE);

        leaving.close();

        assertThat(charged(subject, WIDE)).isEqualTo(admitted);
    }

    @Test
    void an_exchange_on_a_connection_that_died_silently_is_made_over_the_next() {
        var subject = subject();
        try (var line = SlowLine.to(Redis.shared().port());
                var node = LedgerNode.open(line.uri(), LinkSettings.DEFAULT.withDeadline(Duration.ofMillis(500)))) {
            node.awaitRecallable();
            int admitted = node.on(() -> untilLeased(node, one(subject, WIDE), 0, () -> {
                line.delay(Duration.ofHours(1));
                return Future.succeededFuture();
            }));
            LedgerNode.until(() -> node.ledger.notReady().isPresent());
            assertThat(charged(subject, WIDE)).as("units were granted").isGreaterThan(admitted);
            line.delay(Duration.ZERO);

            LedgerNode.until(() -> charged(subject, WIDE) == admitted);
        }
    }

    @Test
    void what_came_back_while_redis_lost_its_counters_is_not_lost_with_the_lease() {
        var subject = subject();
        var node = nodes.get(0);
        lease(node, subject, WIDE);
        var spent = node.charged(new ChargeRequest(subject, List.of(Limits.line(WIDE, 4))));
        node.paused(() -> {
            probe.forget(subject);
            assertThat(nodes.get(1).admits(new ChargeRequest(subject, List.of(Limits.line(WIDE, 100)))))
                    .isTrue();
            node.recall(subject, WIDE); // an exchange tells that they were spent, and is not answered before
            node.start(() -> {
                spent.receipt().refund(line -> true);
                return Future.succeededFuture();
            });
        });

        LedgerNode.until(() -> charged(subject, WIDE) == 96);
        LedgerNode.until(() -> leases(node) == 0);
    }

    @Test
    void a_node_that_leaves_gives_back_what_is_on_its_way_to_it() {
        var subject = subject();
        var leaving = LedgerNode.open(Redis.shared().uri());
        leaving.awaitRecallable();

        int admitted = leaving.on(() -> untilLeased(leaving, one(subject, WIDE), 0, leaving.ledger::close));

        assertThat(charged(subject, WIDE)).isEqualTo(admitted);
        leaving.vanish();
    }

    /** More than its line takes at once. */
    @Test
    void a_node_that_leaves_gives_back_all_of_its_leases() {
        List<Subject> subjects = Stream.generate(Limits::subject).limit(40).toList();
        var leaving = LedgerNode.open(Redis.shared().uri(), LedgerNode.PATIENT.withMaxCommands(16));
        leaving.awaitRecallable();
        long admitted = 0;
        for (int i = 0; i < subjects.size(); i++) {
            while (leases(leaving) == i) {
                assertThat(leaving.admits(one(subjects.get(i), WIDE))).isTrue();
                admitted++;
            }
        }

        leaving.close();

        assertThat(subjects.stream()
                        .mapToLong(subject -> charged(subject, WIDE))
                        .sum())
                .isEqualTo(admitted);
    }

    @Test
    void a_node_that_leaves_takes_nothing_more_in_advance() {
        var subject = subject();
        var leaving = LedgerNode.open(Redis.shared().uri());
        leaving.awaitRecallable();

        leaving.on(() -> {
            leaving.ledger.charge(one(subject, WIDE));
            var closed = leaving.ledger.close();
            for (int i = 1; i < 8; i++) {
                leaving.ledger.charge(one(subject, WIDE));
            }
            return closed;
        });

        assertThat(charged(subject, WIDE)).isEqualTo(8);
        leaving.vanish();
    }

    @RepeatedTest(5)
    void what_one_node_holds_another_can_use_to_the_last_unit() {
        var subject = subject();
        var limit = limit("fifty", Window.DAY, 50);
        int admitted = lease(nodes.get(0), subject, limit);
        assertThat(charged(subject, limit)).isGreaterThan(admitted);

        while (nodes.get(1).admits(one(subject, limit))) {
            admitted++;
        }

        assertThat(admitted).isEqualTo(50);
        assertThat(nodes.get(0).admits(one(subject, limit))).isFalse();
    }

    @RepeatedTest(5)
    void what_one_event_loop_took_in_advance_another_of_its_node_can_use_to_the_last_unit() {
        var subject = subject();
        var limit = limit("fifty", Window.DAY, 50);
        try (var sibling = nodes.get(0).sibling()) {
            int admitted = lease(nodes.get(0), subject, limit);
            while (sibling.admits(one(subject, limit))) {
                admitted++;
            }

            assertThat(admitted).isEqualTo(50);
            assertThat(nodes.get(0).admits(one(subject, limit))).isFalse();
        }
    }

    @Test
    void a_node_that_hears_no_recalls_gives_back_what_it_holds_and_holds_nothing_more() {
        var subject = subject();
        var node = nodes.get(0);
        long[] admitted = {lease(node, subject, WIDE)};
        node.deafen();

        LedgerNode.until(() -> {
            admitted[0] += node.admits(one(subject, WIDE)) ? 1 : 0;
            return leases(node) == 0;
        });
        for (int i = 0; i < 50; i++) {
            admitted[0] += node.admits(one(subject, WIDE)) ? 1 : 0;
        }
        assertThat(leases(node)).isZero();
        assertThat(charged(subject, WIDE)).isEqualTo(admitted[0]);
    }

    @Test
    void a_cost_above_what_the_node_itself_holds_is_met_from_both() {
        var subject = subject();
        var limit = limit("forty", Window.DAY, 40);
        int admitted = lease(nodes.get(0), subject, limit);
        var rest = new ChargeRequest(subject, List.of(Limits.line(limit, 40 - admitted)));

        assertThat(nodes.get(0).admits(rest)).isTrue();
        assertThat(nodes.get(0).admits(one(subject, limit))).isFalse();
    }

    @Test
    void a_lease_is_not_spent_under_another_limit() {
        var subject = subject();
        int admitted = lease(nodes.get(0), subject, limit("tier", Window.DAY, 1_000));

        var lower = limit("tier", Window.DAY, admitted);
        assertThat(nodes.get(0).admits(one(subject, lower))).isFalse();
        assertThat(nodes.get(0).admits(one(subject, limit("tier", Window.DAY, admitted + 1))))
                .isTrue();
    }

    @Test
    void a_lease_goes_back_as_soon_as_the_limit_is_another() {
        var subject = subject();
        int admitted = lease(nodes.get(0), subject, limit("raised", Window.DAY, 1_000));

        assertThat(nodes.get(0).admits(one(subject, limit("raised", Window.DAY, 2_000))))
                .isTrue();

        LedgerNode.until(() -> charged(subject, limit("raised", Window.DAY, 2_000)) == admitted + 1);
    }

    @Test
    void refunds_leave_the_counter_at_what_was_kept() {
        var subject = subject();
        int admitted = lease(nodes.get(0), subject, WIDE);
        for (int i = 0; i < 20; i++) {
            var charged = nodes.get(0).charged(one(subject, WIDE));
            if (i % 2 == 0) {
                nodes.get(0).run(() -> charged.receipt().refund(line -> true));
            }
        }
        LedgerNode.until(() -> charged(subject, WIDE) == admitted + 10);
    }

    @Test
    void a_vanished_node_is_waited_for_once_and_what_it_held_is_forfeit() {
        var subject = subject();
        var limit = limit("hundred", Window.DAY, 100);
        var vanishing = LedgerNode.open(Redis.shared().uri());
        vanishing.awaitRecallable();
        int admitted = lease(vanishing, subject, limit);
        long held = charged(subject, limit) - admitted;
        vanishing.vanish();

        while (nodes.get(1).admits(one(subject, limit))) {
            admitted++;
        }

        assertThat(admitted).isEqualTo(100 - held);
        LedgerNode.until(() -> nodes.stream()
                        .mapToDouble(node -> node.meters
                                .get(MetricNames.LEASE_UNITS_FORFEITED)
                                .counter()
                                .count())
                        .sum()
                == held);
        assertThat(charged(subject, limit)).isEqualTo(100);
    }

    @Test
    void what_a_node_holds_that_paused_and_came_back_can_be_had_again() {
        var subject = subject();
        var limit = limit("plenty", Window.DAY, 100_000);
        var paused = nodes.get(0);
        long admitted = lease(paused, new ChargeRequest(subject, List.of(Limits.line(limit, 250))));
        long rest = limit.value() - charged(subject, limit);
        paused.paused(() -> {
            assertThat(nodes.get(1).admits(new ChargeRequest(subject, List.of(Limits.line(limit, rest)))))
                    .isTrue();
            assertThat(nodes.get(1).admits(one(subject, limit)))
                    .as("it does not answer")
                    .isFalse();
        });
        long before = 250 * admitted + rest;
        LedgerNode.until(() -> charged(subject, limit) == before);

        try (var third = LedgerNode.open(Redis.shared().uri())) {
            third.awaitRecallable();
            long after = before + lease(third, subject, limit);
            assertThat(charged(subject, limit)).isGreaterThan(after);
            long left = limit.value() - after;
            assertThat(nodes.get(1).admits(new ChargeRequest(subject, List.of(Limits.line(limit, left)))))
                    .isTrue();
        }
    }

    @RepeatedTest(5)
    void under_more_load_than_the_limit_exactly_the_limit_is_admitted() {
        var subject = subject();
        var limit = limit("thousand", Window.DAY, 1_000);
        var admitted = new AtomicInteger();
        List<Future<?>> clients = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            var node = nodes.get(i % 2);
            clients.add(node.start(() -> ask(node, one(subject, limit), 40, admitted)));
        }
        clients.forEach(LedgerNode::await);

        assertThat(admitted).hasValue(1_000);
        assertThat(charged(subject, limit)).isEqualTo(1_000);
    }

    private static Future<Void> ask(LedgerNode node, ChargeRequest request, int times, AtomicInteger admitted) {
        if (times == 0) {
            return Future.succeededFuture();
        }
        return node.ask(request)
                .onSuccess(result -> {
                    if (result instanceof ChargeResult.Charged) {
                        admitted.incrementAndGet();
                    }
                })
                .compose(result -> node.pause())
                .compose(rested -> ask(node, request, times - 1, admitted));
    }

    /** Charges until the node holds a lease; returns how many requests were admitted. */
    private static int lease(LedgerNode node, Subject subject, Limit limit) {
        return lease(node, one(subject, limit));
    }

    private static int lease(LedgerNode node, ChargeRequest request) {
        int admitted = 0;
        while (leases(node) == 0) {
            assertThat(node.admits(request)).isTrue();
            admitted++;
        }
        node.settle(request.subject());
        return admitted;
    }

    /** Charges until the node begins a lease, and does something before the first exchange is sent. */
    private static Future<Integer> untilLeased(
            LedgerNode node, ChargeRequest request, int admitted, Supplier<Future<Void>> then) {
        if (leases(node) > 0) {
            return then.get().map(done -> admitted);
        }
        return node.ledger
                .charge(request)
                .compose(charged -> node.start(() -> {
                    assertThat(charged).isInstanceOf(ChargeResult.Charged.class);
                    return untilLeased(node, request, admitted + 1, then);
                }));
    }

    private static double leases(LedgerNode node) {
        return node.meters.get(MetricNames.LEASES).gauge().value();
    }

    private long charged(Subject subject, Limit limit) {
        return probe.charged(subject, limit);
    }
}
