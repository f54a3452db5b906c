package dev.tiergate.limits;

import dev.tiergate.telemetry.Lately;
import dev.tiergate.telemetry.MetricNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spares requests the wait for a Redis that lets them wait in vain; shared by a node's event loops. A connection that is
 * not there is no concern of it: without one, commands fail at once anyway. When it opens and closes: {@link RedisCircuit}.
 */
final class RedisBreaker {

    private static final Logger LOG = LoggerFactory.getLogger(RedisBreaker.class);

    private final LongSupplier clock;
    private final Counter opened;
    private final Lately logged;
    private final AtomicReference<RedisCircuit> circuit;

    /** @param clock nanoseconds of the monotonic clock */
    RedisBreaker(LongSupplier clock, MeterRegistry registry) {
        this.clock = clock;
        this.opened = Counter.builder(MetricNames.REDIS_CIRCUIT_OPENED).register(registry);
        this.logged = new Lately(clock);
        this.circuit = new AtomicReference<>(RedisCircuit.closed(clock.getAsLong()));
    }

    /** True while nobody should ask. */
    boolean open() {
        return circuit.get() instanceof RedisCircuit.Open;
    }

    /** Why nobody should; empty while it is closed. */
    Optional<String> reason() {
        return circuit.get() instanceof RedisCircuit.Open open
                ? Optional.of("Redis: " + open.late() + " of the last " + open.all() + " commands were late")
                : Optional.empty();
    }

    void answered() {
        long now = clock.getAsLong();
        change(before -> before.answered(now));
    }

    void late() {
        long now = clock.getAsLong();
        change(before -> before.late(now));
    }

    void probed() {
        long now = clock.getAsLong();
        change(before -> before.probed(now));
    }

    private void change(UnaryOperator<RedisCircuit> step) {
        while (true) {
            RedisCircuit before = circuit.get();
            RedisCircuit after = step.apply(before);
            if (before == after) {
                return;
            }
            if (circuit.compareAndSet(before, after)) {
                tell(before, after);
                return;
            }
        }
    }

    /** A bad line opens and closes it again and again: that is said once in a while. */
    private void tell(RedisCircuit before, RedisCircuit after) {
        if (after instanceof RedisCircuit.Open) {
            opened.increment();
            if (!logged.has()) {
                logged.happened();
                LOG.warn("{}: limits are decided without it until it is well", reason().orElse("Redis"));
            }
        } else if (before instanceof RedisCircuit.Open) {
            LOG.debug("Redis answers in time again");
        }
    }
}
