package dev.tiergate.limits;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What one lease asks for, and what of it counts as used; that many of them never admit too much has a test of its own. */
class LeaseTest {

    private static final long LIMIT = 1_000_000;
    private static final double TEN_A_SECOND = 0.01;

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

    private long begin() {
        var first = lease.next(0).orElseThrow();
        lease.answered(first.number(), first.want());
        return first.want();
    }
}
