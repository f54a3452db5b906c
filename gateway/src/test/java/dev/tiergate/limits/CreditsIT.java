package dev.tiergate.limits;

import static dev.tiergate.limits.Limits.limit;
import static dev.tiergate.limits.Limits.line;
import static dev.tiergate.limits.Limits.subject;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Redis;
import dev.tiergate.plugin.Grant;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Limit.Window;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Balances on a real Redis, with two nodes. */
class CreditsIT {

    private static LedgerNode one;
    private static LedgerNode other;
    private static RedisProbe probe;

    @BeforeAll
    static void open() {
        one = LedgerNode.open(Redis.shared().uri());
        other = LedgerNode.open(Redis.shared().uri());
        probe = new RedisProbe(Redis.shared().operatorUri());
    }

    @AfterAll
    static void close() {
        one.close();
        other.close();
        probe.close();
    }

    @Test
    void a_balance_that_holds_exactly_the_cost_is_enough_and_one_short_is_not() {
        var subject = subject();
        var limit = credits(5, grant("1", 3, 0, null), grant("2", 4, 90, null));

        assertThat(one.admits(charge(subject, limit, 13))).isFalse();
        assertThat(spent(subject, limit)).containsOnly(Map.entry("", 0L), Map.entry("1", 0L), Map.entry("2", 0L));
        assertThat(one.admits(charge(subject, limit, 12))).isTrue();
        assertThat(one.admits(charge(subject, limit, 1))).isFalse();
    }

    @Test
    void grants_are_spent_in_their_order_and_across_nodes() {
        var subject = subject();
        var limit = credits(5, grant("1", 3, 0, null), grant("2", 4, 90, null));

        one.charged(charge(subject, limit, 2));
        assertThat(spent(subject, limit)).containsEntry("1", 2L).containsEntry("", 0L);
        other.charged(charge(subject, limit, 4));
        assertThat(spent(subject, limit))
                .containsEntry("1", 3L)
                .containsEntry("", 3L)
                .containsEntry("2", 0L);
        one.charged(charge(subject, limit, 3));
        assertThat(spent(subject, limit))
                .containsEntry("1", 3L)
                .containsEntry("", 5L)
                .containsEntry("2", 1L);
    }

    @Test
    void all_that_a_request_charges_is_charged_or_nothing() {
        var subject = subject();
        var credits = credits(5, grant("1", 3, 0, null));
        var second = new Limit("tokens", "basic", "tokens", Window.CREDITS, Limit.Scope.STORE, 2);
        var daily = limit("daily", Window.DAY, 10);
        var level = limit("level", Window.TOTAL, 1);

        one.charged(request(subject, line(daily, 1), line(credits, 4), line(second, 2), line(level, 1)));
        assertThat(one.admits(request(subject, line(second, 1), line(credits, 1))))
                .isFalse();
        assertThat(one.admits(request(subject, line(credits, 1), line(second, 1), line(daily, 1))))
                .isFalse();
        assertThat(one.admits(request(subject, line(credits, 1), line(level, 1))))
                .isFalse();
        assertThat(one.admits(request(subject, line(daily, 10), line(credits, 1))))
                .isFalse();

        assertThat(spent(subject, credits)).containsEntry("1", 3L).containsEntry("", 1L);
        assertThat(one.current(subject, daily)).isEqualTo(1);
        assertThat(one.current(subject, second)).isEqualTo(2);
        assertThat(one.current(subject, level)).isEqualTo(1);
    }

    @Test
    void what_comes_back_goes_where_it_came_from_the_last_first() {
        var subject = subject();
        var limit = credits(5, grant("1", 3, 0, null), grant("2", 4, 90, null));
        var charged = one.charged(charge(subject, limit, 10));

        one.run(() -> charged.receipt().settle(new long[] {4}));
        one.run(() -> charged.receipt().settle(new long[] {6}));
        one.settle(subject);

        assertThat(spent(subject, limit))
                .containsEntry("1", 3L)
                .containsEntry("", 3L)
                .containsEntry("2", 0L);
        assertThat(other.admits(charge(subject, limit, 6))).isTrue();
        assertThat(other.admits(charge(subject, limit, 1))).isFalse();
    }

    @Test
    void a_grant_is_spent_to_the_millisecond_before_its_end_and_never_after() {
        var subject = subject();
        var end = Instant.ofEpochMilli(probe.millis() + 150);
        var limit = credits(0, grant("1", 1_000_000, 50, end));
        List<ChargeResult> results = new ArrayList<>();
        do {
            results.add(one.charge(charge(subject, limit, 1)));
        } while (!(results.get(results.size() - 1) instanceof ChargeResult.Over));

        assertThat(results).hasSizeGreaterThan(1);
        for (ChargeResult result : results) {
            result.<Void>fold(
                    charged -> {
                        assertThat(charged.numbers().get(0).now()).isBefore(end);
                        return null;
                    },
                    over -> {
                        assertThat(over.numbers().get(0).now()).isAfterOrEqualTo(end);
                        assertThat(over.numbers().get(0).remaining()).isZero();
                        assertThat(over.numbers().get(0).grants())
                                .extracting(use -> use.grant().id())
                                .containsExactly("");
                        return null;
                    },
                    unavailable -> {
                        throw new AssertionError(unavailable);
                    });
        }
    }

    @Test
    void what_comes_back_to_a_grant_that_is_over_is_gone_with_it() {
        var subject = subject();
        var end = Instant.ofEpochMilli(probe.millis() + 100);
        var charged = one.charged(charge(subject, credits(0, grant("1", 9, 50, end)), 5));
        LedgerNode.until(() -> probe.millis() >= end.toEpochMilli());

        one.run(() -> charged.receipt().refund(line -> true));
        one.settle(subject);

        assertThat(one.admits(charge(subject, credits(0, grant("1", 9, 50, end)), 1)))
                .isFalse();
        assertThat(probe.charged("tg:{" + subject.store().externalId() + "}:credits:g:1"))
                .isEqualTo(5);
    }

    @Test
    void the_key_of_a_grant_with_an_end_ends_after_it_and_one_without_stays() {
        var subject = subject();
        var end = Instant.ofEpochMilli(probe.millis() + 60_000);
        one.charged(charge(subject, credits(0, grant("1", 2, 0, end), grant("2", 2, 50, null)), 4));
        var prefix = "tg:{" + subject.store().externalId() + "}:credits:g:";
        assertThat(probe.millisToLive(prefix + "1")).isBetween(60_000L, 3_660_000L);
        assertThat(probe.millisToLive(prefix + "2")).isEqualTo(-1);
    }

    @Test
    void a_tier_without_a_bound_spends_no_grant() {
        var subject = subject();
        var limit = credits(Limit.UNLIMITED, grant("1", 3, 0, null));
        one.charged(charge(subject, limit, 1_000));

        assertThat(spent(subject, credits(0, grant("1", 3, 0, null))))
                .containsEntry("1", 0L)
                .containsEntry("", 1_000L);
    }

    @Test
    void another_amount_of_the_tiers_keeps_what_is_spent() {
        var subject = subject();
        one.charged(charge(subject, credits(5), 5));
        assertThat(one.admits(charge(subject, credits(5), 1))).isFalse();
        assertThat(one.admits(charge(subject, credits(7), 2))).isTrue();
        var lowered = one.on(() -> one.ledger.read(subject, List.of(credits(3, grant("1", 2, 50, null)))));
        assertThat(lowered.get(0).remaining()).isEqualTo(2);
    }

    @Test
    void shadow_spends_apart() {
        var subject = subject();
        var limit = credits(1, grant("1", 1, 0, null));
        one.charged(charge(new Subject(subject.store(), null, true), limit, 2));
        assertThat(one.admits(charge(subject, limit, 2))).isTrue();
    }

    @Test
    void two_nodes_that_charge_at_once_spend_exactly_the_balance() {
        var subject = subject();
        var limit = credits(40, grant("1", 30, 0, null), grant("2", 30, 90, null));
        var results = List.of(one, other).stream()
                .flatMap(node -> java.util.stream.IntStream.range(0, 60)
                        .mapToObj(n -> node.start(() -> node.ledger.charge(charge(subject, limit, 1)))))
                .toList();
        long admitted = results.stream()
                .map(LedgerNode::await)
                .filter(ChargeResult.Charged.class::isInstance)
                .count();
        assertThat(admitted).isEqualTo(100);
        assertThat(spent(subject, limit)).containsOnly(Map.entry("", 40L), Map.entry("1", 30L), Map.entry("2", 30L));
    }

    private static Map<String, Long> spent(Subject subject, Limit limit) {
        return one.on(() -> one.ledger.read(subject, List.of(limit))).get(0).grants().stream()
                .collect(Collectors.toMap(use -> use.grant().id(), GrantUse::spent));
    }

    private static ChargeRequest charge(Subject subject, Limit limit, long units) {
        return request(subject, line(limit, units));
    }

    private static ChargeRequest request(Subject subject, ChargeRequest.Line... lines) {
        return new ChargeRequest(subject, List.of(lines));
    }

    private static Limit credits(long ofTier, Grant... grants) {
        return limit("credits", Window.CREDITS, ofTier).withGrants(List.of(grants));
    }

    private static Grant grant(String id, long amount, int priority, @Nullable Instant end) {
        return new Grant(id, amount, priority, end);
    }
}
