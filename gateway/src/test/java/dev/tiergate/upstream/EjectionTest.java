package dev.tiergate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class EjectionTest {

    private final Ejection ejection = new Ejection();

    @Test
    void four_failures_in_a_row_do_not_eject() {
        fail(4, 0);
        assertThat(ejection.holds(0)).isFalse();
    }

    @Test
    void the_fifth_failure_in_a_row_ejects() {
        fail(5, 0);
        assertThat(ejection.holds(0)).isTrue();
    }

    @Test
    void a_success_in_between_begins_the_count_anew() {
        fail(4, 0);
        ejection.succeeded();
        fail(4, 0);
        assertThat(ejection.holds(0)).isFalse();
    }

    @Test
    void it_is_back_after_ten_seconds() {
        fail(5, 7);
        long back = 7 + Ejection.FIRST.toNanos();
        assertThat(ejection.holds(back - 1)).isTrue();
        assertThat(ejection.holds(back)).isFalse();
    }

    @Test
    void on_probation_one_failure_ejects_for_twice_as_long() {
        fail(5, 0);
        long back = Ejection.FIRST.toNanos();
        fail(1, back);
        assertThat(ejection.holds(back + Duration.ofSeconds(20).toNanos() - 1)).isTrue();
        assertThat(ejection.holds(back + Duration.ofSeconds(20).toNanos())).isFalse();
    }

    @Test
    void a_success_ends_probation() {
        fail(5, 0);
        long back = Ejection.FIRST.toNanos();
        ejection.succeeded();
        fail(4, back);
        assertThat(ejection.holds(back)).isFalse();
    }

    @Test
    void no_ejection_is_longer_than_five_minutes() {
        long now = 0;
        fail(5, now);
        for (int i = 0; i < 100; i++) {
            now += Ejection.LONGEST.toNanos();
            assertThat(ejection.holds(now)).isFalse();
            fail(1, now);
            assertThat(ejection.holds(now)).isTrue();
        }
        assertThat(ejection.holds(now + Ejection.LONGEST.toNanos() - 1)).isTrue();
    }

    @Test
    void failures_of_what_was_under_way_do_not_lengthen_an_ejection() {
        fail(50, 0);
        assertThat(ejection.holds(Ejection.FIRST.toNanos())).isFalse();
    }

    private void fail(int times, long now) {
        for (int i = 0; i < times; i++) {
            ejection.failed(now);
        }
    }
}
