package dev.tiergate.limits;

import dev.tiergate.plugin.Limit;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * What this node knows of one counter: what Redis last said, the lease on it if there is one, and the local budget for
 * while Redis is away. Shared by the node's event loops.
 */
final class NodeCounter {

    // fields rather than objects of their own: a charge reads nearly all of this, of a store that may be long out of
    // mind
    private static final AtomicReferenceFieldUpdater<NodeCounter, Told> TOLD =
            AtomicReferenceFieldUpdater.newUpdater(NodeCounter.class, Told.class, "told");
    private static final AtomicLongFieldUpdater<NodeCounter> SHOWN =
            AtomicLongFieldUpdater.newUpdater(NodeCounter.class, "shown");

    private final Place place;
    private final LocalBudget local = new LocalBudget();
    private volatile Told told = Told.NOTHING;
    private final Busyness busyness = new Busyness();
    private volatile @Nullable Lease lease;

    @SuppressWarnings("UnusedVariable") // read through its updater
    private volatile long shown;

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
        return told;
    }

    /** @return false for news that others overtook */
    boolean learn(Told news) {
        var known = told;
        if (news.olderThan(known)) {
            return false;
        }
        if (!TOLD.compareAndSet(this, known, news)) {
            return learn(news);
        }
        if (news.held() < silent) {
            silent = 0; // one of them answered after all
        }
        return true;
    }

    /** Whether Redis told of a change that has no durable copy yet; version 0 is that of a counter it does not have. */
    boolean uncopied() {
        return told.version() > 0 && copied.olderThan(told);
    }

    void copied(Told known) {
        copied = known;
    }

    /** Slots of this node ended, whether or not Redis can be told. */
    void ended(long slots) {
        TOLD.updateAndGet(
                this, known -> new Told(Math.max(0, known.charged() - slots), 0, known.epoch(), known.version()));
    }

    /** Units used, as far as is known; another node's part may lag by a second. */
    long current() {
        // in this order: what is settled in between counts twice rather than not at all
        return local.owed() + used(told);
    }

    /** Units used as Redis told it, and what this node has spent of its lease since. */
    long used(Told news) {
        var held = lease;
        return news.used() + (held == null ? 0 : held.unconfirmed());
    }

    /** Notes what a charge read; returns what the last one did. */
    long show(long current) {
        return SHOWN.getAndSet(this, current);
    }

    /** Spends from the lease; false where there is none, or it holds too little. */
    boolean takeLeased(Limit limit, long units) {
        var held = lease;
        return held != null && held.take(limit.value(), units);
    }

    /** Undoes a charge in the lease; returns the units that Redis has to be told of. */
    long untakeLeased(long units) {
        var held = lease;
        return held == null ? units : held.untake(units);
    }

    /** Takes units from the local budget, 0 to {@code units}; see {@link LocalBudget#take}. */
    long takeLocally(long bound, long units, int nodes) {
        return local.take(bound, () -> told.charged(), units, nodes);
    }

    /** For while Redis is away. */
    LocalBudget local() {
        return local;
    }
}
