package dev.tiergate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.routes.UpstreamConfig.CircuitBreaker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a half-open circuit makes of trials whose time is over. */
class BreakerTest {

    private static final Duration OPEN_FOR = Duration.ofSeconds(10);

    private final AtomicLong clock = new AtomicLong();
    private final Breaker breaker =
            new Breaker("shop", new CircuitBreaker(1, OPEN_FOR, Set.of(503)), new SimpleMeterRegistry(), clock::get);
    private final List<Ticket> trials = new ArrayList<>();

    @BeforeEach
    void three_trials_are_under_way() {
        admit().failed();
        clock.addAndGet(OPEN_FOR.toNanos());
        for (int i = 0; i < Circuit.TRIALS; i++) {
            trials.add(admit());
        }
        assertThat(breaker.admit()).isNull();
    }

    @Test
    void a_trial_whose_time_is_over_gives_its_place_to_one_other() {
        trials.get(0).expired();
        admit();
        assertThat(breaker.admit()).isNull();
    }

    @Test
    void it_gives_its_place_back_once_however_it_ends() {
        trials.get(0).expired();
        trials.get(0).expired();
        trials.get(0).giveBack();
        admit();
        assertThat(breaker.admit()).isNull();
    }

    @Test
    void what_was_learned_before_is_not_taken_back() {
        trials.get(0).answered(200);
        trials.get(0).expired();
        assertThat(breaker.admit()).isNull();
    }

    @Test
    void others_close_it_while_three_clients_take_their_time() {
        trials.forEach(Ticket::expired);
        for (int i = 0; i < Circuit.TRIALS; i++) {
            admit().answered(200);
        }
        assertThat(breaker.gauge()).isZero();
        trials.forEach(Ticket::failed);
        assertThat(breaker.gauge()).isZero();
    }

    @Test
    void an_upstream_that_takes_long_uploads_alone_closes_it_too() {
        trials.forEach(Ticket::expired);
        trials.forEach(trial -> trial.answered(201));
        assertThat(breaker.gauge()).isZero();
    }

    @Test
    void one_that_fails_late_opens_it_again() {
        trials.forEach(Ticket::expired);
        trials.get(2).answered(503);
        assertThat(breaker.gauge()).isEqualTo(1);
        assertThat(breaker.retryAfter()).isEqualTo(OPEN_FOR);
    }

    private Ticket admit() {
        return Objects.requireNonNull(breaker.admit(), "nothing passes");
    }
}
