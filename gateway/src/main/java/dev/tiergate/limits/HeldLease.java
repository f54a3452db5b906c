package dev.tiergate.limits;

import java.util.function.Consumer;

/** A lease with the counter it is on, and what its owner's exchanges need. All but {@link #recall} is the owner's. */
final class HeldLease {

    private final NodeCounter counter;
    private final Lease lease;
    private final long limit;
    private final Consumer<HeldLease> recalled;
    private String epoch = "";
    private boolean asking;

    /**
     * @param limit the limit's value
     * @param recalled called on any thread
     */
    HeldLease(NodeCounter counter, Lease lease, long limit, Consumer<HeldLease> recalled) {
        this.counter = counter;
        this.lease = lease;
        this.limit = limit;
        this.recalled = recalled;
    }

    NodeCounter counter() {
        return counter;
    }

    Lease lease() {
        return lease;
    }

    long limit() {
        return limit;
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
