package dev.tiergate.limits;

import dev.tiergate.telemetry.Lately;
import io.micrometer.core.instrument.Counter;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spares requests the wait for a server that lets them wait in vain; shared by a node's event loops. A connection that is
 * not there is no concern of it: without one, commands fail at once anyway. When it opens and closes: {@link RedisCircuit}.
 */
final class RedisBreaker {

    private static final Logger LOG = LoggerFactory.getLogger(RedisBreaker.class);

    private static final long PROBE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String server;
    private final LongSupplier clock;
    private final Counter opened;
    private final Lately logged;
    private final AtomicReference<RedisCircuit> circuit;
    private final AtomicLong probeAt;

    /**
     * @param server as the log says it
     * @param clock nanoseconds of the monotonic clock
     * @param opened counts how often it opens
     */
    RedisBreaker(String server, LongSupplier clock, Counter opened) {
        this.server = server;
        this.clock = clock;
        this.opened = opened;
        this.logged = new Lately(clock);
        this.circuit = new AtomicReference<>(RedisCircuit.closed(clock.getAsLong()));
        this.probeAt = new AtomicLong(clock.getAsLong());
    }

    /** True while nobody should ask. */
    boolean open() {
        return circuit.get() instanceof RedisCircuit.Open;
    }

    /** Why nobody should; empty while it is closed. */
    Optional<String> reason() {
        return circuit.get() instanceof RedisCircuit.Open open
                ? Optional.of(
                        "Redis: " + server + ": " + open.late() + " of the last " + open.all() + " commands were late")
                : Optional.empty();
    }

    /** True for one caller a second while it is open. */
    boolean probeDue() {
        long now = clock.getAsLong();
        long due = probeAt.get();
        return open() && now - due >= 0 && probeAt.compareAndSet(due, now + PROBE_NANOS);
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
            if (logged.begins()) {
                LOG.warn("{}: limits are decided without it until it is well", reason().orElse(server));
            }
        } else if (before instanceof RedisCircuit.Open) {
            LOG.debug("Redis at {} answers in time again", server);
        }
    }
}
