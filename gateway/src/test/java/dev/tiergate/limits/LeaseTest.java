package dev.tiergate.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What one lease asks for, and what of it counts as used; that many of them never admit too much has a test of its own. */
class LeaseTest {

    private static final long LIMIT = 1_000_000;
    private static final double TEN_A_SECOND = 0.01;

    private static final int TAKERS = 2;
    private static final int TAKES = 100_000;

    private long numbers;
    private final Lease lease = new Lease(LIMIT, () -> ++numbers, TEN_A_SECOND, 0);

    @Test
    void it_asks_for_what_lasts_two_seconds() {
        assertThat(begin()).isEqualTo(20);
    }

    @Test
    void what_was_asked_of_it_in_vain_makes_it_larger_before_its_time() {
        begin();
        assertThat(lease.take(LIMIT, 20)).isTrue();
        assertThat(lease.tooSmall()).isFalse();
        assertThat(lease.take(LIMIT, 30)).isFalse();
        assertThat(lease.tooSmall()).isTrue();
        assertThat(lease.next(49)).isEmpty();
        assertThat(lease.next(50).orElseThrow().want()).isEqualTo(2 * 1000);
        assertThat(lease.tooSmall()).isFalse();
    }

    @Test
    void a_recall_is_answered_at_once_with_all() {
        begin();
        assertThat(lease.take(LIMIT, 5)).isTrue();
        lease.recall(1);
        var exchange = lease.next(1).orElseThrow();
        assertThat(exchange.give()).isEqualTo(15);
        assertThat(exchange.hold()).isZero();
        assertThat(exchange.want()).isZero();
    }

    @Test
    void for_a_second_after_a_recall_it_asks_for_nothing() {
        begin();
        giveAll(45);
        assertThat(lease.take(LIMIT, 1)).isFalse();
        assertThat(lease.next(1_044)).isEmpty();
    }

    @Test
    void a_second_after_a_recall_it_asks_again() {
        begin();
        giveAll(45);
        assertThat(lease.take(LIMIT, 1)).isFalse();
        assertThat(lease.next(1_045).orElseThrow().want()).isPositive();
    }

    /** A charge that waits calls again after 2, 4, 8, … ms. */
    @Test
    void recalls_in_close_order_do_not_end_it() {
        begin();
        for (long now = 2; now < 250; now *= 2) {
            giveAll(now);
        }
        giveAll(250);
        lease.next(1_000);
        assertThat(lease.ended()).isFalse();
        assertThat(lease.take(LIMIT, 1)).isFalse();
        assertThat(lease.next(1_250).orElseThrow().want()).isPositive();
    }

    @Test
    void what_was_asked_of_it_between_recalls_is_no_rate_of_their_few_milliseconds() {
        begin();
        assertThat(lease.take(LIMIT, 20)).isTrue();
        giveAll(2);
        assertThat(lease.take(LIMIT, 3)).isFalse();
        giveAll(4);
        // 23 units in a second and a half
        assertThat(lease.next(1_500).orElseThrow().want()).isEqualTo(31);
    }

    @ParameterizedTest
    @CsvSource({"2999, false", "3000, true"})
    void it_ends_when_it_was_not_used_for_two_seconds(long now, boolean ended) {
        begin();
        assertThat(lease.take(LIMIT, 1)).isTrue();
        answer(lease.next(1_000).orElseThrow());
        answer(lease.next(now).orElseThrow());
        assertThat(lease.ended()).isEqualTo(ended);
    }

    @Test
    void what_is_asked_under_another_limit_says_nothing_of_its_size() {
        begin();
        assertThat(lease.take(LIMIT + 1, 30)).isFalse();
        assertThat(lease.tooSmall()).isFalse();
    }

    @Test
    void what_was_spent_counts_as_used_until_it_is_heard_that_redis_knows() {
        begin();
        assertThat(lease.take(LIMIT, 3)).isTrue();
        assertThat(lease.unconfirmed()).isEqualTo(3);
        var exchange = lease.next(1_000).orElseThrow();
        assertThat(lease.unconfirmed()).isEqualTo(3);
        assertThat(lease.take(LIMIT, 2)).isTrue();
        assertThat(lease.unconfirmed()).isEqualTo(5);
        lease.answered(exchange.number(), exchange.want());
        assertThat(lease.unconfirmed()).isEqualTo(2);
    }

    @Test
    void what_comes_back_is_held_again_as_far_as_redis_believes_it() {
        begin();
        assertThat(lease.take(LIMIT, 3)).isTrue();
        answer(lease.next(1_000).orElseThrow());
        assertThat(lease.take(LIMIT, 2)).isTrue();
        long held = lease.hold();
        assertThat(lease.untake(3)).isEqualTo(1);
        assertThat(lease.hold()).isEqualTo(held + 2);
    }

    @Test
    void what_comes_back_while_redis_is_told_that_it_was_spent_goes_with_the_next_exchange() {
        begin();
        assertThat(lease.take(LIMIT, 3)).isTrue();
        var told = lease.next(1_000).orElseThrow();
        assertThat(lease.untake(2)).isZero();
        assertThat(lease.next(1_001)).contains(told);
        answer(told);
        var back = lease.next(1_001).orElseThrow();
        assertThat(back.give()).isEqualTo(2);
        answer(back);
        assertThat(lease.next(1_002)).isEmpty();
    }

    @Test
    void it_does_not_end_before_redis_knows_what_came_back() {
        begin();
        assertThat(lease.take(LIMIT, 20)).isTrue();
        lease.end(1);
        var told = lease.next(1).orElseThrow();
        assertThat(lease.untake(20)).isZero();
        answer(told);
        assertThat(lease.ended()).isFalse();
        answer(lease.next(1).orElseThrow());
        assertThat(lease.ended()).isTrue();
        assertThat(lease.untake(1)).isEqualTo(1);
    }

    @Test
    void where_redis_lost_the_counter_it_says_what_came_back_and_was_not_told() {
        begin();
        assertThat(lease.take(LIMIT, 3)).isTrue();
        lease.next(1_000);
        assertThat(lease.untake(2)).isZero();
        assertThat(lease.close()).isEqualTo(2);
        assertThat(lease.untake(1)).isEqualTo(1);
        assertThat(lease.drop()).isEqualTo(17);
    }

    @Test
    void what_is_on_its_way_back_is_lost_too_where_redis_lost_the_counter() {
        begin();
        lease.recall(1_000);
        assertThat(lease.next(1_000).orElseThrow().give()).isEqualTo(20);
        assertThat(lease.drop()).isEqualTo(20);
    }

    @Test
    void nothing_is_lost_or_spent_twice_whoever_takes_and_undoes_while_it_is_exchanged() throws Exception {
        var threads = Executors.newFixedThreadPool(TAKERS);
        try {
            var takers = new ExecutorCompletionService<Long>(threads);
            for (int i = 0; i < TAKERS; i++) {
                var random = new Random(i);
                takers.submit(() -> spend(random));
            }
            long spent = 0;
            long granted = 0;
            var random = new Random(TAKERS);
            long now = 0;
            for (int ended = 0; ended < TAKERS; ) {
                // an unused one would end
                if (now == 0 || lease.tooSmall()) {
                    now += Lease.EXCHANGE_MILLIS;
                    granted += exchange(now, random.nextInt(1_000));
                }
                assertThat(lease.hold()).isBetween(0L, granted);
                Future<Long> done = takers.poll();
                if (done != null) {
                    spent += done.get();
                    ended++;
                }
            }
            granted += exchange(now + Lease.EXCHANGE_MILLIS, 0);
            assertThat(granted - lease.hold()).isEqualTo(spent);
        } finally {
            threads.shutdownNow();
        }
    }

    /** As one event loop does; returns what was not undone. */
    private long spend(Random random) {
        long kept = 0;
        for (int takes = 0; takes < TAKES; ) {
            int units = 1 + random.nextInt(3);
            if (!lease.take(LIMIT, units)) {
                Thread.onSpinWait();
                continue;
            }
            takes++;
            kept += random.nextInt(8) > 0 ? lease.untake(units) : units;
        }
        return kept;
    }

    /** As the owner does; returns what was granted, less what went back. */
    private long exchange(long now, int most) {
        if (now % (7 * Lease.EXCHANGE_MILLIS) == 0) {
            lease.recall(now);
        }
        var exchange = lease.next(now);
        if (exchange.isEmpty()) {
            return 0;
        }
        long granted = Math.min(most, exchange.get().want());
        lease.answered(exchange.get().number(), granted);
        return granted - exchange.get().give();
    }

    private long begin() {
        var first = lease.next(0).orElseThrow();
        answer(first);
        return first.want();
    }

    private void giveAll(long now) {
        lease.recall(now);
        lease.next(now).ifPresent(this::answer);
    }

    private void answer(Lease.Exchange exchange) {
        lease.answered(exchange.number(), exchange.want());
    }
}
