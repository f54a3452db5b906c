package dev.tiergate.limits;

import dev.tiergate.plugin.Limit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What this node knows of one counter: what Redis last said, the lease on it if there is one, and what was let pass on the
 * node's own belief while Redis was away. Shared by the node's event loops.
 */
final class NodeCounter {

    private final Place place;
    private final AtomicReference<Debt> debt = new AtomicReference<>(Debt.NONE);

    private final AtomicReference<Told> told = new AtomicReference<>(Told.NOTHING);
    private final Busyness busyness = new Busyness();
    private volatile @Nullable Lease lease;

    private final AtomicLong shown = new AtomicLong();
    private volatile Told copied = Told.NOTHING;

    /** So much is held by nodes that do not answer; nobody waits for it. */
    private volatile long silent;

    /**
     * Units taken while Redis was away.
     *
     * @param local those that Redis is still to be told of
     * @param sending those that it is being told of now; 0 while nobody does
     */
    private record Debt(long local, long sending) {

        private static final Debt NONE = new Debt(0, 0);

        private long units() {
            return local + sending;
        }

        private Debt taking(long units) {
            return new Debt(local + units, sending);
        }

        private Debt begun() {
            return new Debt(0, local);
        }

        private Debt paid() {
            return local == 0 ? NONE : new Debt(local, 0);
        }

        private Debt unpaid() {
            return new Debt(units(), 0);
        }
    }

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
        return used(told.get()) + debt.get().units();
    }

    /** Units used as Redis told it, and what this node has spent of its lease since. */
    long used(Told news) {
        var held = lease;
        return news.used() + (held == null ? 0 : held.unconfirmed());
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
            Debt before = debt.get();
            long room = bound == Limit.UNLIMITED ? units : (bound - told.get().charged()) / nodes - before.units();
            long taken = Math.max(0, Math.min(units, room));
            if (taken == 0 || debt.compareAndSet(before, before.taking(taken))) {
                return taken;
            }
        }
    }

    /** Undoes a take; false when Redis is told of the units already, and has to be told that they came back. */
    boolean untake(long units) {
        return change(known -> known.local() >= units, known -> known.taking(-units));
    }

    /** True for the one caller that is to tell Redis of {@link #sending()}, and then how that went. */
    boolean beginSettling() {
        return change(known -> known.local() > 0 && known.sending() == 0, Debt::begun);
    }

    /** Units taken while Redis was away that it has not confirmed. */
    long owed() {
        return debt.get().units();
    }

    /** The same from {@link #beginSettling} to its end, whatever is taken or undone in between. */
    long sending() {
        return debt.get().sending();
    }

    void settled() {
        debt.updateAndGet(Debt::paid);
    }

    void notSettled() {
        debt.updateAndGet(Debt::unpaid);
    }

    private boolean change(Predicate<Debt> where, UnaryOperator<Debt> change) {
        while (true) {
            Debt before = debt.get();
            if (!where.test(before)) {
                return false;
            }
            if (debt.compareAndSet(before, change.apply(before))) {
                return true;
            }
        }
    }
}
