package dev.tiergate.limits;

import static dev.tiergate.limits.Limits.limit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Grant;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Limit.Window;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BalanceTest {

    private static final Instant NOW = Instant.parse("2026-03-05T10:20:00Z");
    private static final WindowSpan PERIOD =
            new WindowSpan(Instant.parse("2026-02-28T10:30:00Z"), Instant.parse("2026-03-31T10:30:00Z"));

    private static final Limit CREDITS = limit("credits", Window.CREDITS, 100);

    @Test
    void a_lower_priority_is_spent_first_then_what_ends_first_then_what_is_older() {
        var limit = CREDITS.withGrants(List.of(
                grant("9", 60, NOW.plusSeconds(1)),
                grant("10", 50, null),
                grant("8", 50, null),
                grant("7", 50, PERIOD.end()),
                grant("6", 50, PERIOD.end().minusMillis(1)),
                grant("5", 0, null)));

        assertThat(Balance.order(limit, PERIOD, NOW))
                .extracting(Grant::id)
                .containsExactly("5", "6", "", "7", "8", "10", "9");
    }

    @Test
    void the_tiers_grant_is_always_there_and_alone_where_it_has_no_bound() {
        var unlimited = limit("credits", Window.CREDITS, Limit.UNLIMITED).withGrants(List.of(grant("1", 0, null)));
        assertThat(Balance.order(unlimited, PERIOD, NOW))
                .containsExactly(new Grant("", Limit.UNLIMITED, Grant.USUAL_PRIORITY, PERIOD.end()));
        assertThat(Balance.order(limit("credits", Window.CREDITS, 0), PERIOD, NOW))
                .hasSize(1);
    }

    @Test
    void a_grant_that_may_just_be_over_is_left_to_the_clock_of_redis() {
        var limit = CREDITS.withGrants(
                List.of(grant("1", 0, NOW.minusSeconds(60).plusMillis(1)), grant("2", 0, NOW.minusSeconds(60))));
        assertThat(Balance.order(limit, PERIOD, NOW)).extracting(Grant::id).containsExactly("1", "");
    }

    @Test
    void a_grant_lives_to_the_millisecond_before_its_end() {
        var grant = grant("1", 0, NOW);
        assertThat(grant.liveAt(NOW.minusMillis(1))).isTrue();
        assertThat(grant.liveAt(NOW)).isFalse();
    }

    @Test
    void the_balance_is_what_all_have_left_and_the_bound_what_all_had() {
        var usage = usage(CREDITS, new GrantUse(tier(100), 100), new GrantUse(grant("1", 50, null), 3));

        assertThat(usage.current()).isEqualTo(103);
        assertThat(usage.remaining()).isEqualTo(7);
        assertThat(usage.limit().value()).isEqualTo(110);
        assertThat(usage.resetsAt()).isEmpty();
        assertThat(usage.hasRoomFor(7)).isTrue();
        assertThat(usage.hasRoomFor(8)).isFalse();
    }

    @Test
    void a_tier_that_gives_less_than_is_spent_takes_nothing_from_other_grants() {
        var usage = usage(CREDITS, new GrantUse(tier(20), 100), new GrantUse(grant("1", 50, null), 0));

        assertThat(usage.remaining()).isEqualTo(10);
        assertThat(usage.hasRoomFor(10)).isTrue();
        assertThat(usage.hasRoomFor(11)).isFalse();
    }

    @Test
    void without_a_bound_there_is_always_room() {
        var unlimited = limit("credits", Window.CREDITS, Limit.UNLIMITED);
        var usage = usage(unlimited, new GrantUse(tier(Limit.UNLIMITED), 1_000));

        assertThat(usage.remaining()).isEqualTo(Limit.UNLIMITED);
        assertThat(usage.hasRoomFor(Long.MAX_VALUE)).isTrue();
        assertThat(usage.current()).isEqualTo(1_000);
    }

    @Test
    void what_a_tier_would_have_to_give_counts_what_other_grants_have_left() {
        var usage = usage(CREDITS, new GrantUse(tier(100), 100), new GrantUse(grant("1", 50, null), 3));
        assertThat(usage.tierValueFor(8)).isEqualTo(101);
        assertThat(usage.tierValue()).isEqualTo(100);

        var window = new Usage(limit("daily", Window.DAY, 9), 9, PERIOD, NOW);
        assertThat(window.tierValueFor(1)).isEqualTo(10);
        assertThat(window.tierValue()).isEqualTo(9);
    }

    @Test
    void more_than_a_number_holds_is_the_most_that_it_holds() {
        var vast = new Grant("1", Long.MAX_VALUE, 50, null);
        var usage = usage(CREDITS, new GrantUse(tier(100), 7), new GrantUse(vast, 0));

        assertThat(usage.limit().value()).isEqualTo(Long.MAX_VALUE);
        assertThat(usage.hasRoomFor(1_000)).isTrue();
    }

    private static Usage usage(Limit limit, GrantUse... uses) {
        return Balance.usage(limit, List.of(uses), NOW, 0);
    }

    private static Grant tier(long amount) {
        return Grant.ofTier(amount, PERIOD.end());
    }

    /** Of 10 credits. */
    private static Grant grant(String id, int priority, @Nullable Instant end) {
        return new Grant(id, 10, priority, end);
    }
}
