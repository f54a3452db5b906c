package dev.tiergate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.upstream.Circuit.Closed;
import dev.tiergate.upstream.Circuit.HalfOpen;
import dev.tiergate.upstream.Circuit.Limits;
import dev.tiergate.upstream.Circuit.Open;
import dev.tiergate.upstream.Circuit.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;

class CircuitTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long SPAN = Window.SPAN.toNanos();
    private static final Limits LIMITS = new Limits(3, 10 * SECOND);

    /** Clocks of the machine may begin anywhere, also just before they wrap. */
    private static final long START = Long.MAX_VALUE - 3 * SECOND;

    private Circuit circuit = Circuit.closed(START);

    @Test
    void one_failure_less_than_the_limit_leaves_it_closed() {
        end(Result.FAILED, 2, START);
        assertThat(circuit).isInstanceOf(Closed.class);
    }

    @Test
    void the_last_failure_opens_it() {
        end(Result.FAILED, 3, START);
        assertThat(circuit).isEqualTo(new Open(1, START, START + 10 * SECOND, 3, 3));
    }

    @Test
    void half_of_all_requests_must_have_failed() {
        end(Result.PASSED, 4, START);
        end(Result.FAILED, 3, START);
        assertThat(circuit).isInstanceOf(Closed.class);
        end(Result.FAILED, 1, START);
        assertThat(circuit).isInstanceOf(Open.class);
    }

    @Test
    void what_says_nothing_changes_nothing() {
        end(Result.FAILED, 2, START);
        Circuit before = circuit;
        end(Result.NEITHER, 5, START);
        assertThat(circuit).isSameAs(before);
    }

    @Test
    void a_failure_counts_for_half_the_span_and_never_longer_than_the_span() {
        end(Result.FAILED, 2, START);
        end(Result.FAILED, 1, START + SPAN - 1);
        assertThat(circuit).isInstanceOf(Open.class);
        circuit = Circuit.closed(START);
        end(Result.FAILED, 2, START);
        end(Result.FAILED, 1, START + SPAN);
        assertThat(circuit).isInstanceOf(Closed.class);
    }

    @Test
    void open_it_admits_nothing_until_its_time_is_over() {
        end(Result.FAILED, 3, START);
        assertThat(circuit.admits(START + 10 * SECOND - 1)).isFalse();
        assertThat(circuit.admits(START + 10 * SECOND)).isTrue();
    }

    @Test
    void half_open_it_admits_three_trials_and_no_fourth() {
        long now = halfOpen();
        admit(now);
        admit(now);
        assertThat(circuit.admits(now)).isFalse();
    }

    @Test
    void a_trial_that_says_nothing_makes_room_for_another() {
        long now = halfOpen();
        admit(now);
        admit(now);
        end(Result.NEITHER, 1, now);
        assertThat(circuit.admits(now)).isTrue();
    }

    @Test
    void a_trial_that_gave_its_place_back_counts_when_it_ends_and_gives_back_no_second_place() {
        long now = halfOpen();
        end(Result.NEITHER, 1, now);
        assertThat(circuit.endedLate(Result.NEITHER, now, LIMITS)).isEqualTo(new HalfOpen(2, now, 0, 0));
        assertThat(circuit.endedLate(Result.PASSED, now, LIMITS)).isEqualTo(new HalfOpen(2, now, 0, 1));
        assertThat(circuit.endedLate(Result.FAILED, now, LIMITS)).isEqualTo(new Open(3, now, now + 10 * SECOND, 1, 1));
    }

    @Test
    void three_late_successes_close_it_whoever_has_the_places() {
        long now = halfOpen();
        end(Result.NEITHER, 1, now);
        for (int i = 0; i < Circuit.TRIALS; i++) {
            admit(now);
        }
        for (int i = 0; i < Circuit.TRIALS; i++) {
            circuit = circuit.endedLate(Result.PASSED, now, LIMITS);
        }
        assertThat(circuit).isEqualTo(new Closed(3, now, Window.empty(now)));
    }

    @Test
    void three_good_trials_close_it_and_what_was_before_is_forgotten() {
        long now = halfOpen();
        end(Result.PASSED, 1, now);
        admit(now);
        end(Result.PASSED, 1, now);
        assertThat(circuit).isInstanceOf(HalfOpen.class);
        admit(now);
        end(Result.PASSED, 1, now);
        assertThat(circuit).isEqualTo(new Closed(3, now, Window.empty(now)));
    }

    @Test
    void one_bad_trial_opens_it_again_for_as_long() {
        long now = halfOpen();
        admit(now);
        end(Result.PASSED, 1, now);
        end(Result.FAILED, 1, now);
        assertThat(circuit).isEqualTo(new Open(3, now, now + 10 * SECOND, 1, 2));
    }

    /** Whatever happens in whatever order: never too much, never too early, never stuck. */
    @Property(tries = 2_000)
    void it_spares_the_upstream_and_always_recovers(@ForAll("steps") List<Step> steps) {
        var run = new Run();
        steps.forEach(run::step);
        run.recover();
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Step> step = Combinators.combine(
                        Arbitraries.longs().between(0, 4 * SECOND),
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.integers().between(0, 50),
                        Arbitraries.of(true, false, false),
                        Arbitraries.frequencyOf(
                                Tuple.of(3, Arbitraries.just(Result.FAILED)),
                                Tuple.of(2, Arbitraries.just(Result.PASSED)),
                                Tuple.of(1, Arbitraries.just(Result.NEITHER))))
                .as(Step::new);
        return step.list().ofMaxSize(200);
    }

    /**
     * Time passes, requests come, one that is in flight ends.
     *
     * @param which of those in flight
     * @param dawdles it does not end, but its time is over
     */
    record Step(long pause, int requests, int which, boolean dawdles, Result result) {}

    /** @param late its place was given back */
    private record Sent(long epoch, boolean late) {}

    private static final class Run {

        private final List<Sent> inFlight = new ArrayList<>();
        private final List<Long> failures = new ArrayList<>();
        private Circuit circuit = Circuit.closed(START);
        private long now = START;

        /** Successes of this half-open circuit that had no place any more. */
        private int passedLate;

        void step(Step step) {
            now += step.pause();
            for (int i = 0; i < step.requests(); i++) {
                send();
            }
            if (!inFlight.isEmpty()) {
                Sent one = inFlight.remove(step.which() % inFlight.size());
                if (step.dawdles()) {
                    timeIsOver(one);
                } else {
                    end(one, step.result());
                }
            }
        }

        private boolean send() {
            if (!circuit.admits(now)) {
                return false;
            }
            if (circuit instanceof Open open) {
                assertThat(now - open.until()).isNotNegative();
            }
            circuit = circuit.admitted(now);
            inFlight.add(new Sent(circuit.epoch(), false));
            holds();
            return true;
        }

        private void timeIsOver(Sent one) {
            if (!one.late()) {
                end(one, Result.NEITHER);
            }
            inFlight.add(new Sent(one.epoch(), true));
        }

        private void end(Sent one, Result result) {
            Circuit before = circuit;
            if (circuit.epoch() == one.epoch()) {
                if (result == Result.FAILED) {
                    failures.add(now);
                }
                circuit = one.late() ? circuit.endedLate(result, now, LIMITS) : circuit.ended(result, now, LIMITS);
                passedLate += one.late() && result == Result.PASSED ? 1 : 0;
            }
            if (circuit.epoch() != before.epoch()) {
                passedLate = 0;
            }
            if (before instanceof Closed && circuit instanceof Open) {
                assertThat(failures.stream().filter(at -> now - at < SPAN)).hasSizeGreaterThanOrEqualTo(3);
            }
            holds();
        }

        private void holds() {
            if (circuit instanceof HalfOpen half) {
                assertThat(inFlight.stream().filter(one -> one.epoch() == half.epoch() && !one.late()))
                        .hasSize(half.inFlight());
                assertThat(half.inFlight() + half.passed() - passedLate).isBetween(0, Circuit.TRIALS);
                assertThat(half.passed()).isBetween(0, Circuit.TRIALS - 1);
            }
        }

        /** Once the upstream is well, and the time of what is in flight is over, it is closed after a handful of requests. */
        void recover() {
            for (int left = inFlight.size(); left > 0; left--) {
                timeIsOver(inFlight.remove(0));
            }
            now += LIMITS.openFor();
            for (int i = 0; i < Circuit.TRIALS; i++) {
                assertThat(send()).isTrue();
                end(inFlight.remove(inFlight.size() - 1), Result.PASSED);
            }
            assertThat(circuit).isInstanceOf(Closed.class);
        }
    }

    private void admit(long now) {
        assertThat(circuit.admits(now)).isTrue();
        circuit = circuit.admitted(now);
    }

    private void end(Result result, int times, long now) {
        for (int i = 0; i < times; i++) {
            circuit = circuit.ended(result, now, LIMITS);
        }
    }

    /** With one trial in flight. */
    private long halfOpen() {
        end(Result.FAILED, 3, START);
        long now = START + 10 * SECOND;
        admit(now);
        assertThat(circuit).isEqualTo(new HalfOpen(2, now, 1, 0));
        return now;
    }
}
