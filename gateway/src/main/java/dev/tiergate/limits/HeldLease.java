package dev.tiergate.limits;

import dev.tiergate.plugin.Limit;
import java.time.Instant;
import java.util.function.Consumer;

/** A lease with the counter it is on, and what its owner's exchanges need. All but {@link #recall} is the owner's. */
final class HeldLease {

    private final Subject subject;
    private final Counter counter;
    private final Lease lease;
    private final Limit limit;
    private final Consumer<HeldLease> recalled;
    private String epoch = "";
    private boolean asking;

    /** @param recalled called on any thread */
    HeldLease(Subject subject, Counter counter, Lease lease, Limit limit, Consumer<HeldLease> recalled) {
        this.subject = subject;
        this.counter = counter;
        this.lease = lease;
        this.limit = limit;
        this.recalled = recalled;
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

    Lease lease() {
        return lease;
    }

    /** The limit's value. */
    long limit() {
        return limit.value();
    }

    /** The one that Redis named first; empty before that, for any. */
    String epoch() {
        return epoch;
    }

    void began(long first) {
        if (epoch.isEmpty()) {
            epoch = Long.toString(first);
        }
    }

    /** Whether an exchange is on its way, which may be answered yet. */
    boolean asking() {
        return asking;
    }

    void asked() {
        asking = true;
    }

    /** The exchange was answered, or never will be. */
    void heard() {
        asking = false;
    }

    boolean over(long redisMillis) {
        return redisMillis >= counter.place().till();
    }

    /** Somebody is short of this counter's units. Called on any thread. */
    void recall() {
        recalled.accept(this);
    }
}
