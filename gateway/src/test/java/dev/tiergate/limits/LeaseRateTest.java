package dev.tiergate.limits;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LeaseRateTest {

    private final LeaseRate rate = new LeaseRate(0.01);

    @Test
    void it_rises_at_once() {
        rate.observe(80, 1_000);
        assertThat(rate.lasting(1_000)).isEqualTo(80);
    }

    @Test
    void it_falls_by_halves() {
        rate.observe(0, 1_000);
        assertThat(rate.lasting(1_000)).isEqualTo(5);
        rate.observe(3, 1_000);
        assertThat(rate.lasting(1_000)).isEqualTo(4);
    }

    @Test
    void what_is_asked_for_is_whole_units_and_rather_more_than_less() {
        assertThat(rate.lasting(100)).isEqualTo(1);
        assertThat(rate.lasting(101)).isEqualTo(2);
    }

    @Test
    void two_exchanges_within_a_millisecond_count_as_one_apart() {
        rate.observe(7, 0);
        assertThat(rate.lasting(1)).isEqualTo(7);
    }
}
