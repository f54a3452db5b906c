package dev.tiergate.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.limits.RedisCircuit.Closed;
import dev.tiergate.limits.RedisCircuit.Open;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a Redis is not waited for any more, and when again. */
class RedisCircuitTest {

    private static final long MILLI = Duration.ofMillis(1).toNanos();

    private long now = -RedisCircuit.SPAN_NANOS; // the monotonic clock may be negative
    private RedisCircuit circuit = RedisCircuit.closed(now);

    @ParameterizedTest
    @CsvSource({
        "5, 0, 250, true", // all are late, for long enough
        "4, 0, 250, false", // too few
        "5, 0, 249, false", // one pause
        "5, 15, 250, true", // a quarter
        "5, 16, 250, false" // less than a quarter
    })
    void it_opens_when_enough_are_late_for_long_enough(int late, int answered, long millis, boolean open) {
        for (int i = 0; i < answered; i++) {
            circuit = circuit.answered(now);
        }
        for (int i = 1; i < late; i++) {
            circuit = circuit.late(now);
        }
        now += millis * MILLI;
        circuit = circuit.late(now);
        assertThat(circuit instanceof Open).isEqualTo(open);
        if (circuit instanceof Open opened) {
            assertThat(opened).isEqualTo(new Open(late, late + answered));
        }
    }

    @Test
    void what_is_older_than_two_seconds_does_not_count_and_what_is_younger_than_one_does() {
        for (int i = 0; i < 4; i++) {
            circuit = circuit.late(now);
        }
        RedisCircuit aged = circuit.late(now + RedisCircuit.SPAN_NANOS);
        assertThat(aged).isInstanceOf(Closed.class);
        assertThat(circuit.late(now + RedisCircuit.SPAN_NANOS / 2 - 1)).isInstanceOf(Open.class);
    }

    @Test
    void since_when_some_are_late_begins_anew_after_a_time_in_which_none_was() {
        circuit = circuit.late(now);
        now += RedisCircuit.SPAN_NANOS;
        for (int i = 0; i < 6; i++) {
            circuit = circuit.late(now);
        }
        assertThat(circuit).isInstanceOf(Closed.class);
        assertThat(circuit.late(now + RedisCircuit.LASTING_NANOS)).isInstanceOf(Open.class);
    }

    @ParameterizedTest
    @CsvSource({"5, 1", "20, 2", "300, 3", "300, 1"})
    void a_line_that_loses_every_nth_answer_is_given_up_within_two_seconds(int aSecond, int nth) {
        long began = now;
        long between = Duration.ofSeconds(1).toNanos() / aSecond;
        for (int i = 1; circuit instanceof Closed; i++) {
            now += between;
            circuit = i % nth == 0 ? circuit.late(now) : circuit.answered(now);
            assertThat(now - began).isLessThanOrEqualTo(Duration.ofSeconds(2).toNanos());
        }
    }

    @Test
    void open_only_a_probe_closes_it_and_nothing_from_before_counts_then() {
        circuit = new Open(5, 5);
        assertThat(circuit.answered(now)).isSameAs(circuit);
        assertThat(circuit.late(now)).isSameAs(circuit);
        circuit = circuit.probed(now);
        assertThat(circuit).isEqualTo(RedisCircuit.closed(now));
        assertThat(circuit.probed(now)).isEqualTo(circuit.answered(now));
    }
}
