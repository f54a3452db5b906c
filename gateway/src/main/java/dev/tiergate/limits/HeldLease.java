package dev.tiergate.limits;

import dev.tiergate.plugin.Limit;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A lease with the counter it is on, and what its owner's exchanges need. All but {@link #recall} is the owner's. */
final class HeldLease {

    private final Subject subject;
    private final Counter counter;
    private final Lease lease;
    private final Limit limit;
    private final Consumer<HeldLease> recalled;
    private final long epoch;
    private @Nullable LinkCommand asking;

    /** @param recalled called on any thread */
    HeldLease(Subject subject, Counter counter, Lease lease, Limit limit, Consumer<HeldLease> recalled) {
        this.subject = subject;
        this.counter = counter;
        this.lease = lease;
        this.limit = limit;
        this.recalled = recalled;
        this.epoch = counter.known().told().epoch();
    }

    Subject subject() {
        return subject;
    }

    NodeCounter counter() {
        return counter.known();
    }

    /** The use of the limit as this node knows it. */
    Usage usage(Instant now) {
        long current = counter().current();
        return new Usage(limit, current, counter.span(), now, counter().show(current));
    }

    /** So many units of its counter, to be given back. */
    GiveBack.Part part(long units) {
        return new GiveBack.Part(counter, units);
    }

    Lease lease() {
        return lease;
    }

    /** The limit's value. */
    long limit() {
        return limit.value();
    }

    /** The one of the charges that made the counter busy. */
    long epoch() {
        return epoch;
    }

    /** Whether an exchange is on its way, and its answer is waited for. */
    boolean asking() {
        return asking != null;
    }

    void asked(LinkCommand exchange) {
        asking = exchange;
    }

    /** Its answer is not waited for any more; of one that was sent again the last counts. */
    void heard(LinkCommand exchange) {
        if (asking == exchange) {
            asking = null;
        }
    }

    boolean over(long redisMillis) {
        return counter.place().endedAt(redisMillis);
    }

    /** Somebody is short of this counter's units. Called on any thread. */
    void recall() {
        recalled.accept(this);
    }
}
