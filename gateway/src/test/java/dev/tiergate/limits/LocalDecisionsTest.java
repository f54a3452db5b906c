package dev.tiergate.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.routes.GatingConfig.OnLimitsDown;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Which rung of the ladder a node stands on while Redis is away. */
class LocalDecisionsTest {

    private long nanos = TimeUnit.DAYS.toNanos(1);
    private final LocalDecisions decisions = new LocalDecisions(() -> nanos, new SimpleMeterRegistry());

    @Test
    void nothing_is_said_against_a_redis_that_counted_all_lately() {
        assertThat(decisions.rung(false, true, OnLimitsDown.DENY)).isEqualTo(LimitsRung.EXACT);
    }

    @Test
    void a_redis_that_can_be_reached_and_does_not_count_is_not_exact() {
        decisions.decided(true);
        assertThat(decisions.rung(false, false, OnLimitsDown.ALLOW)).isEqualTo(LimitsRung.LOCAL_BUDGET);
        decisions.decided(false);
        assertThat(decisions.rung(false, false, OnLimitsDown.ALLOW)).isEqualTo(LimitsRung.REFUSING);
        nanos += TimeUnit.MINUTES.toNanos(5);
        assertThat(decisions.rung(false, false, OnLimitsDown.ALLOW)).isEqualTo(LimitsRung.EXACT);
    }

    @Test
    void units_that_are_held_in_advance_keep_a_node_above_the_others() {
        assertThat(decisions.rung(true, true, OnLimitsDown.DENY)).isEqualTo(LimitsRung.LEASED);
        assertThat(decisions.rung(true, true, OnLimitsDown.ALLOW)).isEqualTo(LimitsRung.LEASED);
        assertThat(decisions.rung(true, false, OnLimitsDown.DENY)).isEqualTo(LimitsRung.REFUSING);
        assertThat(decisions.rung(true, false, OnLimitsDown.ALLOW)).isEqualTo(LimitsRung.LOCAL_BUDGET);
    }

    @Test
    void what_was_decided_lately_says_more_and_the_worst_says_most() {
        decisions.decided(true);
        assertThat(decisions.rung(true, true, OnLimitsDown.ALLOW)).isEqualTo(LimitsRung.LOCAL_BUDGET);
        decisions.decided(false);
        assertThat(decisions.rung(true, true, OnLimitsDown.ALLOW)).isEqualTo(LimitsRung.REFUSING);
        nanos += TimeUnit.MINUTES.toNanos(5);
        assertThat(decisions.rung(true, true, OnLimitsDown.ALLOW)).isEqualTo(LimitsRung.LEASED);
    }
}
