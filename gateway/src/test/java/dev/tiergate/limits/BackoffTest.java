package dev.tiergate.limits;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {

    @ParameterizedTest
    @CsvSource({"0, 0, 50", "0, 1, 25", "1, 0, 100", "4, 0, 800", "5, 0, 1000", "5, 1, 500", "1000000, 0, 1000"})
    void waits_double_up_to_the_most_less_what_chance_takes(int failed, double chance, long millis) {
        assertThat(Backoff.millis(LinkSettings.DEFAULT.withChance(() -> chance), failed))
                .isEqualTo(millis);
    }
}
