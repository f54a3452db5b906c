package dev.tiergate.limits;

import dev.tiergate.plugin.Limit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What this node knows of one counter: what Redis last said, the lease on it if there is one, and what was let pass on the
 * node's own belief while Redis was away. Shared by the node's event loops.
 */
final class NodeCounter {

    private final Place place;
    private final AtomicLong local = new AtomicLong();
    private final AtomicBoolean settling = new AtomicBoolean();

    private final AtomicReference<Told> told = new AtomicReference<>(Told.NOTHING);
    private final Busyness busyness = new Busyness();
    private volatile @Nullable Lease lease;

    private final AtomicLong shown = new AtomicLong();
    private volatile Told copied = Told.NOTHING;

    /** So much is held by nodes that do not answer; nobody waits for it. */
    private volatile long silent;

    NodeCounter(Place place) {
        this.place = place;
    }

    Place place() {
        return place;
    }

    Busyness busyness() {
        return busyness;
    }

    @Nullable
    Lease lease() {
        return lease;
    }

    void lease(@Nullable Lease next) {
        lease = next;
    }

    long silent() {
        return silent;
    }

    void silent(long held) {
        silent = held;
    }

    /** As Redis told it last. */
    Told told() {
        return told.get();
    }

    /** @return false for news that others overtook */
    boolean learn(Told news) {
        var known = told.get();
        if (news.olderThan(known)) {
            return false;
        }
        return told.compareAndSet(known, news) || learn(news);
    }

    /** Whether Redis told of a change that has no durable copy yet. */
    boolean uncopied() {
        return copied.olderThan(told.get());
    }

    void copied(CounterCopy copy) {
        copied = new Told(copy.value(), 0, copy.epoch(), copy.version());
    }

    void notCopied() {
        copied = Told.NOTHING;
    }

    /** Slots of this node ended, whether or not Redis can be told. */
    void ended(long slots) {
        told.updateAndGet(known -> new Told(Math.max(0, known.charged() - slots), 0, known.epoch(), known.version()));
    }

    /** Units used, as far as is known; another node's part may lag by a second. */
    long current() {
        return used(told.get()) + local.get();
    }

    /** Units used as Redis told it, and what this node has spent of its lease since. */
    long used(Told news) {
        var held = lease;
        return news.used() + (held == null ? 0 : held.untold());
    }

    /** Notes what a charge read; returns what the last one did. */
    long show(long current) {
        return shown.getAndSet(current);
    }

    /** Spends from the lease; false where there is none, or it holds too little. */
    boolean takeLeased(Limit limit, long units) {
        var held = lease;
        return held != null && held.take(limit.value(), units);
    }

    /** Undoes a charge in the lease; false when Redis has to be told. */
    boolean untakeLeased(long units) {
        var held = lease;
        return held != null && held.untake(units);
    }

    /**
     * Takes units while Redis is away, as many as there are.
     *
     * @param bound of what it counts; {@link Limit#UNLIMITED} for none
     * @param nodes among which what was left then is shared evenly
     * @return how many, 0 to {@code units}
     */
    long take(long bound, long units, int nodes) {
        while (true) {
            long before = local.get();
            long room = bound == Limit.UNLIMITED ? units : (bound - told.get().charged()) / nodes - before;
            long taken = Math.max(0, Math.min(units, room));
            if (local.compareAndSet(before, before + taken)) {
                return taken;
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

    void settled(long units) {
        local.addAndGet(-units);
        settling.set(false);
    }

    void notSettled() {
        settling.set(false);
    }
}
