package dev.tiergate.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryPaceTest {

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration MOST = Duration.ofMinutes(15);

    @ParameterizedTest
    @CsvSource({"1, 1000", "2, 2000", "3, 4000", "10, 512000", "11, 900000", "1000000, 900000"})
    void a_wait_doubles_up_to_the_most(int failed, long millis) {
        assertThat(new RetryPace(FIRST, MOST, () -> 0).after(failed)).hasMillis(millis);
    }

    @ParameterizedTest
    @CsvSource({"1, 500", "2, 1000", "11, 450000"})
    void chance_takes_a_half_at_the_most(int failed, long millis) {
        assertThat(new RetryPace(FIRST, MOST, () -> Math.nextDown(1.0)).after(failed))
                .hasMillis(millis);
    }

    @ParameterizedTest
    @CsvSource({"0.25, 875", "0.5, 750"})
    void chance_takes_its_part_of_that_half(double chance, long millis) {
        assertThat(new RetryPace(FIRST, MOST, () -> chance).after(1)).hasMillis(millis);
    }
}
