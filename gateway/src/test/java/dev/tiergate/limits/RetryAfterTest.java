package dev.tiergate.limits;

import static dev.tiergate.limits.Limits.limit;
import static dev.tiergate.limits.Limits.line;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Limit.Window;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RetryAfterTest {

    private static final Instant NOW = Instant.parse("2026-03-05T10:20:00Z");
    private static final WindowSpan HOUR =
            new WindowSpan(Instant.parse("2026-03-05T10:00:00Z"), Instant.parse("2026-03-05T11:00:00Z"));
    private static final WindowSpan DAY =
            new WindowSpan(Instant.parse("2026-03-05T00:00:00Z"), Instant.parse("2026-03-06T00:00:00Z"));

    @Test
    void a_window_makes_wait_until_its_end() {
        var hourly = limit("hourly", Window.HOUR, 10);

        assertThat(RetryAfter.seconds(line(hourly, 10), usage(hourly, 10, HOUR)))
                .contains(2_400L);
    }

    @Test
    void waiting_does_not_help_a_cost_above_the_limit_nor_a_level() {
        var hourly = limit("hourly", Window.HOUR, 10);
        var products = limit("products", Window.TOTAL, 10);

        assertThat(RetryAfter.seconds(line(hourly, 11), usage(hourly, 0, HOUR))).isEmpty();
        assertThat(RetryAfter.seconds(line(products, 1), usage(products, 10, null)))
                .isEmpty();
    }

    @Test
    void a_slot_may_be_free_in_a_second() {
        var parallel = limit("parallel", Window.CONCURRENT, 2);

        assertThat(RetryAfter.seconds(line(parallel, 1), usage(parallel, 2, null)))
                .contains(1L);
    }

    @Test
    void of_several_full_limits_the_longest_wait_is_told() {
        var parallel = limit("parallel", Window.CONCURRENT, 2);
        var hourly = limit("hourly", Window.HOUR, 10);
        var daily = limit("daily", Window.DAY, 20);
        var lines = List.of(line(parallel, 1), line(hourly, 1), line(daily, 1));

        assertThat(RetryAfter.longest(
                        lines, List.of(usage(parallel, 2, null), usage(hourly, 10, HOUR), usage(daily, 20, DAY))))
                .isEqualTo(2);
        assertThat(RetryAfter.longest(
                        lines, List.of(usage(parallel, 2, null), usage(hourly, 10, HOUR), usage(daily, 19, DAY))))
                .isEqualTo(1);
        assertThat(RetryAfter.longest(
                        lines, List.of(usage(parallel, 2, null), usage(hourly, 9, HOUR), usage(daily, 19, DAY))))
                .isZero();
    }

    private static Usage usage(Limit limit, long current, @Nullable WindowSpan span) {
        return new Usage(limit, current, span, NOW);
    }
}
