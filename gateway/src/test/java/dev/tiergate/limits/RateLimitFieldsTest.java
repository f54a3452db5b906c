package dev.tiergate.limits;

import static dev.tiergate.limits.Limits.limit;
import static dev.tiergate.limits.Limits.line;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Limit.Window;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitFieldsTest {

    private static final Instant START = Instant.parse("2026-03-05T00:00:00Z");
    private static final WindowSpan DAY = new WindowSpan(START, START.plusSeconds(86_400));

    @Test
    void a_window_shows_quota_length_rest_and_seconds_to_its_end() {
        var daily = limit("daily", Window.DAY, 10);

        assertThat(new RateLimitFields()
                        .of(
                                List.of(line(daily, 1)),
                                List.of(new Usage(daily, 7, DAY, DAY.end().minusSeconds(5_400))),
                                0))
                .containsOnly(
                        java.util.Map.entry("RateLimit-Policy", "\"daily\";q=10;w=86400"),
                        java.util.Map.entry("RateLimit", "\"daily\";r=3;t=5400"));
    }

    @Test
    void the_named_limit_stands_first_and_unlimited_ones_not_at_all() {
        var daily = limit("daily", Window.DAY, 10);
        var all = limit("all", Window.TOTAL, 5);
        var free = limit("free", Window.DAY, Limit.UNLIMITED);
        var lines = List.of(line(daily, 1), line(free, 1), line(all, 1));
        var numbers = List.of(new Usage(daily, 1, DAY, START), new Usage(free, 9, DAY, START), usage(all, 4));

        assertThat(RateLimitFields.binding(lines, numbers)).isEqualTo(2);
        assertThat(new RateLimitFields().of(lines, numbers, 2))
                .containsEntry("RateLimit-Policy", "\"all\";q=5, \"daily\";q=10;w=86400")
                .containsEntry("RateLimit", "\"all\";r=1, \"daily\";r=9;t=86400");
    }

    @Test
    void the_binding_limit_is_the_one_that_the_fewest_such_requests_reach() {
        var small = limit("small", Window.DAY, 10);
        var large = limit("large", Window.DAY, 100);
        var lines = List.of(line(small, 1), line(large, 50));
        var numbers = List.of(new Usage(small, 5, DAY, START), new Usage(large, 0, DAY, START));

        assertThat(RateLimitFields.binding(lines, numbers)).isEqualTo(1);
    }

    @Test
    void only_unlimited_limits_make_no_fields() {
        var free = limit("free", Window.DAY, Limit.UNLIMITED);

        assertThat(new RateLimitFields().of(List.of(line(free, 1)), List.of(usage(free, 3)), 0))
                .isEmpty();
    }

    @Test
    void a_cost_above_the_limit_and_a_level_have_no_times() {
        var daily = limit("daily", Window.DAY, 2);
        var numbers = List.of(new Usage(daily, 0, DAY, START));

        assertThat(new RateLimitFields().of(List.of(line(daily, 2)), numbers, 0))
                .containsEntry("RateLimit-Policy", "\"daily\";q=2;w=86400");
        assertThat(new RateLimitFields().of(List.of(line(daily, 3)), numbers, 0))
                .containsEntry("RateLimit-Policy", "\"daily\";q=2")
                .containsEntry("RateLimit", "\"daily\";r=2");
    }

    @Test
    void numbers_past_fifteen_digits_are_cut() {
        var huge = limit("huge", Window.TOTAL, Long.MAX_VALUE);

        assertThat(new RateLimitFields().of(List.of(line(huge, 1)), List.of(usage(huge, 0)), 0))
                .containsEntry("RateLimit-Policy", "\"huge\";q=999999999999999")
                .containsEntry("RateLimit", "\"huge\";r=999999999999999");
    }

    @ParameterizedTest
    @CsvSource({"86399999, 1", "86399000, 1", "86398999, 2", "0, 86400", "1, 86400", "1000, 86399"})
    void seconds_to_the_end_are_rounded_up(long millisIn, long seconds) {
        var usage = new Usage(limit("daily", Window.DAY, 2), 0, DAY, START.plusMillis(millisIn));

        assertThat(usage.secondsToReset()).contains(seconds);
    }

    @Test
    void after_a_change_of_tier_remaining_is_not_below_zero() {
        assertThat(usage(limit("orders", Window.MONTH, 100), 250).remaining()).isZero();
        assertThat(usage(limit("orders", Window.MONTH, Limit.UNLIMITED), 250).remaining())
                .isEqualTo(Limit.UNLIMITED);
    }

    private static Usage usage(Limit limit, long current) {
        return new Usage(limit, current, null, START);
    }
}
