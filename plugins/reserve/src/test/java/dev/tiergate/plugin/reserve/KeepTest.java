package dev.tiergate.plugin.reserve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeepTest {

    private static final String WHAT_TO_WRITE =
            "'keep' must be a share from 1% to 99%, such as 20%, or units from 1, such as 500";

    @ParameterizedTest
    @CsvSource({
        "20%, 100, 20",
        "20%, 9, 1",
        "20%, 10, 2",
        "20%, 4, 0",
        "1%, 99, 0",
        "1%, 100, 1",
        "99%, 100, 99",
        "99%, 0, 0",
        "99%, 9223372036854775807, 9131138316486228048",
    })
    void a_share_is_rounded_down_to_units(String share, long limit, long kept) {
        assertThat(Keep.valueOf(share).of(limit)).isEqualTo(kept);
    }

    @Test
    void units_are_the_same_of_every_limit() {
        assertThat(Keep.valueOf(1).of(100)).isEqualTo(1);
        assertThat(Keep.valueOf(500).of(100)).isEqualTo(500);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0%", "100%", "020%", "-1%", "20", "20 %", "1.5%", "%", "", "half"})
    void another_text_is_no_share(String text) {
        assertThatThrownBy(() -> Keep.valueOf(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(WHAT_TO_WRITE);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "-1, 0", "0, -1", "0, 100", "1, 1"})
    void it_is_either_units_or_a_share(long units, int percent) {
        assertThatThrownBy(() -> new Keep(units, percent))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(WHAT_TO_WRITE);
    }
}
