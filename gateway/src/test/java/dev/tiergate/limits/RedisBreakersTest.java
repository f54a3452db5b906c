package dev.tiergate.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.limits.LinkCommand.Sign;
import dev.tiergate.redis.RedisServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Servers that are judged each by itself. */
class RedisBreakersTest {

    private static final RedisServer SICK = new RedisServer("10.0.0.1", 6379);
    private static final RedisServer WELL = new RedisServer("10.0.0.2", 6379);

    private long now = -RedisCircuit.SPAN_NANOS;
    private final RedisBreakers breakers = new RedisBreakers(() -> now, new SimpleMeterRegistry());

    @Test
    void one_that_is_late_is_spared_alone_and_named_where_it_is_asked_for() {
        late(Sign.ASKED);
        breakers.timed(WELL, Sign.ASKED, true);

        assertThat(breakers.open(SICK)).isTrue();
        assertThat(breakers.open(WELL)).isFalse();
        assertThat(breakers.reason(List.of(WELL, SICK)))
                .contains("Redis: 10.0.0.1:6379: 5 of the last 5 commands were late");
        assertThat(breakers.reason(List.of(WELL))).isEmpty();
    }

    @Test
    void it_is_asked_by_one_loop_each_second_until_its_own_probe_is_answered() {
        assertThat(breakers.probeDue(SICK)).isFalse();
        late(Sign.ASKED);
        assertThat(breakers.probeDue(SICK)).isTrue();
        now += TimeUnit.SECONDS.toNanos(1) - 1;
        assertThat(breakers.probeDue(SICK)).isFalse();
        now++;
        assertThat(breakers.probeDue(SICK)).isTrue();

        breakers.timed(WELL, Sign.PROBE, true);
        breakers.timed(SICK, Sign.ASKED, true);
        assertThat(breakers.open(SICK)).isTrue();
        breakers.timed(SICK, Sign.PROBE, true);
        assertThat(breakers.open(SICK)).isFalse();
        now += TimeUnit.SECONDS.toNanos(1);
        assertThat(breakers.probeDue(SICK)).isFalse();
    }

    @Test
    void late_probes_open_it_and_what_says_nothing_does_not() {
        late(Sign.NONE);
        assertThat(breakers.open(SICK)).isFalse();
        late(Sign.PROBE);
        assertThat(breakers.open(SICK)).isTrue();
    }

    @Test
    void a_server_that_is_no_master_any_more_is_forgotten() {
        late(Sign.ASKED);
        breakers.retain(List.of(WELL));
        assertThat(breakers.open(SICK)).isFalse();
        assertThat(breakers.reason(List.of(SICK))).isEmpty();
    }

    private void late(Sign sign) {
        for (int i = 1; i < RedisCircuit.LATE; i++) {
            breakers.timed(SICK, sign, false);
        }
        now += RedisCircuit.LASTING_NANOS;
        breakers.timed(SICK, sign, false);
    }
}
