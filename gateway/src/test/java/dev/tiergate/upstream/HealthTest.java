package dev.tiergate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.upstream.Health.State;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HealthTest {

    private static final Instant T0 = Instant.ofEpochSecond(1_000);
    private static final Instant T1 = T0.plusSeconds(1);
    private static final Health WELL = Health.UNKNOWN.after(null, T0);
    private static final Health ILL = Health.UNKNOWN.after("answered 500", T0);

    @Test
    void the_first_answer_counts_at_once() {
        assertThat(WELL).isEqualTo(new Health(State.HEALTHY, 0, T0, null));
        assertThat(ILL).isEqualTo(new Health(State.UNHEALTHY, 0, T0, "answered 500"));
    }

    @Test
    void two_failures_in_a_row_leave_an_endpoint_healthy_and_the_third_does_not() {
        Health two = after(WELL, "late", "late");
        assertThat(two.state()).isEqualTo(State.HEALTHY);
        assertThat(two.after("answered 503", T1)).isEqualTo(new Health(State.UNHEALTHY, 0, T1, "answered 503"));
    }

    @Test
    void a_success_in_between_begins_the_count_anew() {
        assertThat(after(WELL, "late", "late", null, "late", "late").state()).isEqualTo(State.HEALTHY);
    }

    @Test
    void one_success_leaves_an_endpoint_unhealthy_and_the_second_does_not() {
        Health one = after(ILL, (String) null);
        assertThat(one.state()).isEqualTo(State.UNHEALTHY);
        assertThat(one.why()).isEqualTo("answered 500");
        assertThat(one.after(null, T1)).isEqualTo(new Health(State.HEALTHY, 0, T1, null));
    }

    @Test
    void a_failure_in_between_begins_that_count_anew_and_says_what_is_wrong_now() {
        Health health = after(ILL, null, "late", null);
        assertThat(health.state()).isEqualTo(State.UNHEALTHY);
        assertThat(health.why()).isEqualTo("late");
        assertThat(health.since()).isEqualTo(T0);
    }

    private static Health after(Health health, @Nullable String... faults) {
        Health now = health;
        for (String fault : faults) {
            now = now.after(fault, T1);
        }
        return now;
    }
}
