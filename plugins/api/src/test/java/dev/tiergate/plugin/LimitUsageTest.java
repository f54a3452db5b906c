package dev.tiergate.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitUsageTest {

    @ParameterizedTest
    @CsvSource({"5, 0, 5", "5, 4, 1", "5, 5, 0", "5, 6, 0", "0, 0, 0"})
    void what_is_left_is_never_below_nothing(long limit, long used, long remaining) {
        var usage = new LimitUsage(limit, used, null);
        assertThat(usage.remaining()).isEqualTo(remaining);
        assertThat(usage.unlimited()).isFalse();
    }

    @Test
    void where_there_is_no_bound_there_is_none_to_what_is_left() {
        var usage = new LimitUsage(Limit.UNLIMITED, 1_000_000, null);
        assertThat(usage.unlimited()).isTrue();
        assertThat(usage.remaining()).isEqualTo(Limit.UNLIMITED);
    }
}
