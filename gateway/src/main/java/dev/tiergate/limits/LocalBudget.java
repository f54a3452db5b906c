package dev.tiergate.limits;

import dev.tiergate.plugin.Limit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What this node believes of one counter, and what it let pass on its own belief while Redis was away. Shared by the
 * node's event loops.
 */
final class LocalBudget {

    private final Place place;
    private final AtomicLong local = new AtomicLong();
    private final AtomicBoolean settling = new AtomicBoolean();
    private final AtomicLong known = new AtomicLong();

    LocalBudget(Place place) {
        this.place = place;
    }

    Place place() {
        return place;
    }

    /** The counter as Redis told it. */
    void learn(long count) {
        known.lazySet(count);
    }

    /** Slots of this node ended, whether or not Redis can be told. */
    void ended(long slots) {
        known.updateAndGet(count -> Math.max(0, count - slots));
    }

    long current() {
        return known.get() + local.get();
    }

    /** Takes units that fit under the limit, as far as is known. */
    boolean take(Limit limit, long units) {
        while (true) {
            long before = local.get();
            if (!limit.unlimited() && units > limit.value() - known.get() - before) {
                return false;
            }
            if (local.compareAndSet(before, before + units)) {
                return true;
            }
        }
    }

    /** Undoes a take; false when Redis was told of the units already. */
    boolean untake(long units) {
        while (true) {
            long before = local.get();
            if (before < units || settling.get()) {
                return false;
            }
            if (local.compareAndSet(before, before - units)) {
                return true;
            }
        }
    }

    /** True for the one caller that is to tell Redis of {@link #local()}. */
    boolean beginSettling() {
        return local.get() > 0 && settling.compareAndSet(false, true);
    }

    long local() {
        return local.get();
    }

    void settled(long units, long count) {
        known.set(count);
        local.addAndGet(-units);
        settling.set(false);
    }

    void notSettled() {
        settling.set(false);
    }
}
