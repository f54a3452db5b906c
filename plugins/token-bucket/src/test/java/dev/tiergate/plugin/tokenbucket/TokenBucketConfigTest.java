package dev.tiergate.plugin.tokenbucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiergate.plugin.tokenbucket.TokenBucketConfig.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenBucketConfigTest {

    @ParameterizedTest
    @CsvSource({
        "1/second, 1000000000",
        "20/second, 50000000",
        "100000/second, 10000",
        "99999/second, 10001",
        "300/minute, 200000000",
        "7/minute, 8571428572",
        "1/hour, 3600000000000",
    })
    void a_rate_is_the_time_that_one_unit_takes_rounded_up(String rate, long nanos) {
        assertThat(new TokenBucketConfig(rate, 1, null).interval()).isEqualTo(nanos);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "20",
                "20/s",
                "0/second",
                "-1/second",
                "1.5/second",
                "020/second",
                "100001/second",
                "20/day",
                "20 / second",
                "20/Second",
                "20/second/hour"
            })
    void what_is_no_rate_is_refused(String rate) {
        assertThatThrownBy(() -> new TokenBucketConfig(rate, 1, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'rate' must be 1 to 100000 a second, minute or hour, such as 20/second");
    }

    @Test
    void a_bucket_holds_1_to_a_million() {
        assertThat(new TokenBucketConfig("1/hour", 1, null).burst()).isEqualTo(1);
        assertThat(new TokenBucketConfig("1/hour", 1_000_000, null).burst()).isEqualTo(1_000_000);
        assertThatThrownBy(() -> new TokenBucketConfig("1/hour", 0, null))
                .hasMessage("'burst' must be from 1 to 1000000");
        assertThatThrownBy(() -> new TokenBucketConfig("1/hour", 1_000_001, null))
                .hasMessage("'burst' must be from 1 to 1000000");
    }

    @Test
    void the_store_has_it_unless_users_are_named() {
        assertThat(new TokenBucketConfig("1/hour", 1, null).scope()).isEqualTo(Scope.STORE);
        assertThat(new TokenBucketConfig("1/hour", 1, Scope.USER).scope()).isEqualTo(Scope.USER);
    }
}
