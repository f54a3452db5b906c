package dev.tiergate.upstream;

import dev.tiergate.routes.UpstreamConfig.CircuitBreaker;
import dev.tiergate.telemetry.MetricNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The circuit breaker of one upstream, shared by all event loops of a node. */
final class Breaker {

    private static final Logger LOG = LoggerFactory.getLogger(Breaker.class);

    private static final int FIRST_FAILING_STATUS = 500;
    private static final double HALF_OPEN = 0.5;

    private final String upstream;
    private final Circuit.Limits limits;
    private final Set<Integer> failingStatuses;
    private final LongSupplier clock;
    private final Counter opened;
    private final AtomicReference<Circuit> circuit;

    /** @param clock nanoseconds of the monotonic clock */
    Breaker(String upstream, CircuitBreaker rules, MeterRegistry meters, LongSupplier clock) {
        this.upstream = upstream;
        this.limits = new Circuit.Limits(rules.failures(), rules.openFor().toNanos());
        this.failingStatuses = rules.statuses();
        this.clock = clock;
        this.opened = meters.counter(MetricNames.UPSTREAM_CIRCUIT_OPENED, "upstream", upstream);
        this.circuit = new AtomicReference<>(Circuit.closed(clock.getAsLong()));
    }

    /** Leave to send one request; null where none may be sent now. */
    @Nullable
    Ticket admit() {
        long now = clock.getAsLong();
        while (true) {
            Circuit current = circuit.get();
            if (!current.admits(now)) {
                return null;
            }
            Circuit next = current.admitted(now);
            if (next == current || circuit.compareAndSet(current, next)) {
                return new Ticket(this, next.epoch());
            }
        }
    }

    /** After how long it is worth to ask again. */
    Duration retryAfter() {
        return circuit.get() instanceof Circuit.Open open
                ? Duration.ofNanos(Math.max(0, open.until() - clock.getAsLong()))
                : Duration.ZERO;
    }

    boolean failing(int status) {
        return status >= FIRST_FAILING_STATUS && failingStatuses.contains(status);
    }

    void ended(long epoch, Circuit.Result result) {
        change(epoch, (current, now) -> current.ended(result, now, limits));
    }

    void endedLate(long epoch, Circuit.Result result) {
        change(epoch, (current, now) -> current.endedLate(result, now, limits));
    }

    private void change(long epoch, Change change) {
        long now = clock.getAsLong();
        while (true) {
            Circuit current = circuit.get();
            if (current.epoch() != epoch) {
                return;
            }
            Circuit next = change.of(current, now);
            if (next == current || circuit.compareAndSet(current, next)) {
                changed(current, next);
                return;
            }
        }
    }

    private interface Change {
        Circuit of(Circuit current, long now);
    }

    private void changed(Circuit before, Circuit after) {
        if (after instanceof Circuit.Open open) {
            opened.increment();
            if (before instanceof Circuit.Closed) {
                LOG.warn("{}: the circuit is open: {}", upstream, why(open));
            }
        } else if (after instanceof Circuit.Closed && before instanceof Circuit.HalfOpen) {
            LOG.info("{}: the circuit is closed again", upstream);
        }
    }

    /** 0 closed, 1 open, between them half-open. */
    double gauge() {
        Circuit now = circuit.get();
        return now instanceof Circuit.Closed ? 0 : now instanceof Circuit.Open ? 1 : HALF_OPEN;
    }

    CircuitReport report(InstantSource time) {
        Circuit now = circuit.get();
        Instant since = time.instant().minusNanos(clock.getAsLong() - now.since());
        if (now instanceof Circuit.Open open) {
            return new CircuitReport("open", since, why(open));
        }
        return now instanceof Circuit.HalfOpen half
                ? new CircuitReport("half-open", since, half.passed() + " of " + Circuit.TRIALS + " trials succeeded")
                : new CircuitReport("closed", since, null);
    }

    private static String why(Circuit.Open open) {
        return open.failures() + " of the last " + open.requests() + " requests failed";
    }
}
