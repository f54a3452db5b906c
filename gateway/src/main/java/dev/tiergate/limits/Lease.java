package dev.tiergate.limits;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Units of one counter that this node took in advance (docs/decisions/0023). Any event loop takes and gives back; the one
 * that owns it talks with Redis. It knows no clock and no connection: times are milliseconds that the caller gives.
 */
final class Lease {

    /** Between two exchanges of a lease that is used. */
    static final long EXCHANGE_MILLIS = 1_000;

    /** What is held lasts so long at the rate at which it is used. */
    static final long COVER_MILLIS = 2_000;

    /** What would last longer goes back. */
    private static final long MOST_COVER_MILLIS = 2 * COVER_MILLIS;

    /** A lease of which less than this is left is topped up before its time, */
    private static final long LOW_MILLIS = 500;

    /**
     * but not more often than this, and not when Redis had no more to give. A recall is answered at once; what was used
     * in less time than this says nothing of a rate.
     */
    private static final long HASTE_MILLIS = 50;

    /** After a recall nothing more is taken in advance for so long. */
    static final long REST_MILLIS = 1_000;

    /** In which nothing was taken, after which a lease ends. */
    private static final long IDLE_MILLIS = 2 * EXCHANGE_MILLIS;

    /** Both halves of the state are 31 bits wide. */
    private static final long MOST = Integer.MAX_VALUE / 2;

    private static final AtomicLongFieldUpdater<Lease> STATE = AtomicLongFieldUpdater.newUpdater(Lease.class, "state");
    private static final AtomicLongFieldUpdater<Lease> MISSED =
            AtomicLongFieldUpdater.newUpdater(Lease.class, "missed");
    private static final AtomicLongFieldUpdater<Lease> RETURNED =
            AtomicLongFieldUpdater.newUpdater(Lease.class, "returned");

    /** Of {@link #returned}: nothing comes back through this lease any more. */
    private static final long CLOSED = -1;

    private static final int HALF = 32;
    private static final long LOW_HALF = (1L << HALF) - 1;

    /** In the upper half what may be spent, in the lower what Redis believes at most of it; never more than that. */
    private volatile long state;

    /** Units that were wanted since the last exchange, and not there. */
    private volatile long missed;

    /** Units spent that the open exchange tells of. */
    private volatile long telling;

    /** Of those, units that came back before Redis was heard; the next exchange gives them. */
    private volatile long returned;

    private final long limit;
    private final LongSupplier numbers;

    // of the owner only
    private boolean began;
    private @Nullable Exchange open;
    private final LeaseRate rate;
    private long last; // observed
    private long restUntil;
    private boolean recalled;
    private boolean scarce;
    private boolean ending;
    private long used;
    private long spent;

    /**
     * @param limit the limit's value; units are spent under no other
     * @param numbers each one higher than all that this node gave before
     * @param unitsAMilli how fast the counter is charged here
     */
    Lease(long limit, LongSupplier numbers, double unitsAMilli, long now) {
        this.limit = limit;
        this.numbers = numbers;
        this.rate = new LeaseRate(unitsAMilli);
        this.last = now - EXCHANGE_MILLIS;
    }

    /**
     * What Redis is told and asked.
     *
     * @param number higher than that of any before
     * @param give units on their way back
     * @param hold units that are kept
     * @param want units asked for
     */
    record Exchange(long number, long give, long hold, long want) {}

    /** Spends units; false where too few are held, or they were granted under another limit. */
    boolean take(long limitNow, long units) {
        while (true) {
            long before = state;
            if (limitNow != limit) {
                return false;
            }
            if (hold(before) < units) {
                MISSED.addAndGet(this, units);
                return false;
            }
            if (STATE.compareAndSet(this, before, before - (units << HALF))) {
                return true;
            }
        }
    }

    /**
     * Undoes a take.
     *
     * @return the units of it that Redis no longer believes to be held, and has to be told of itself
     */
    long untake(long units) {
        while (true) {
            long before = state;
            long back = Math.min(units, bound(before) - hold(before));
            if (STATE.compareAndSet(this, before, before + (back << HALF))) {
                return back < units && telling > 0 && giveLater(units - back) ? 0 : units - back;
            }
        }
    }

    /** So that Redis does not hear that units came back before it hears that they were spent. */
    private boolean giveLater(long units) {
        while (true) {
            long before = returned;
            if (before == CLOSED) {
                return false;
            }
            if (RETURNED.compareAndSet(this, before, before + units)) {
                return true;
            }
        }
    }

    long hold() {
        return hold(state);
    }

    /** Units spent that Redis still counts among those that are held. */
    long untold() {
        long now = state;
        return bound(now) - hold(now);
    }

    /** Units spent of which this node has not heard that Redis knows of them. */
    long unconfirmed() {
        return telling + untold();
    }

    boolean under(long limitNow) {
        return limit == limitNow;
    }

    /** Somebody is short of units: all go back with the next exchange. */
    void recall(long now) {
        recalled = true;
        restUntil = now + REST_MILLIS;
    }

    /** It is not wanted any more, and goes back whole. */
    void end(long now) {
        ending = true;
        recall(now);
    }

    /** True when nothing is held, and Redis knows it; from then on nothing comes back through it. */
    boolean ended() {
        return ending && open == null && state == 0 && (returned == CLOSED || RETURNED.compareAndSet(this, 0, CLOSED));
    }

    /** What to say to Redis now; the same again as long as it was not answered. Empty when nothing needs to be said. */
    Optional<Exchange> next(long now) {
        if (open != null) {
            return Optional.of(open);
        }
        if (!due(now)) {
            return Optional.empty();
        }
        if (now - last >= HASTE_MILLIS) {
            observe(now);
            last = now;
        } else {
            spent += untold();
        }
        boolean all = recalled || ending;
        recalled = false;
        return Optional.ofNullable(exchange(all, all || now < restUntil ? 0 : goal(COVER_MILLIS)));
    }

    private @Nullable Exchange exchange(boolean all, long goal) {
        while (true) {
            long before = state;
            long hold = hold(before);
            long give = all ? hold : Math.max(0, hold - goal(MOST_COVER_MILLIS));
            long want = Math.max(0, goal - hold);
            if (give == 0 && want == 0 && bound(before) == hold && returned <= 0) {
                telling = 0;
                return null;
            }
            telling = bound(before) - hold;
            if (STATE.compareAndSet(this, before, pack(hold - give, hold - give))) {
                open = new Exchange(numbers.getAsLong(), give + RETURNED.getAndSet(this, 0), hold - give, want);
                return open;
            }
        }
    }

    private boolean due(long now) {
        long since = now - last;
        return recalled
                || returned > 0
                || since >= EXCHANGE_MILLIS
                || (since >= HASTE_MILLIS && !scarce && runsLow(now));
    }

    private boolean runsLow(long now) {
        return now >= restUntil && (missed > 0 || (untold() > 0 && hold() < goal(LOW_MILLIS)));
    }

    /** Whether it was used up before its time. */
    boolean tooSmall() {
        return missed > 0;
    }

    private void observe(long now) {
        if (!began) {
            began = true;
            used = now;
            return; // nothing could be taken yet
        }
        long wanted = spent + untold() + MISSED.getAndSet(this, 0);
        spent = 0;
        rate.observe(wanted, now - last);
        if (wanted > 0) {
            used = now;
        }
        ending |= now - used >= IDLE_MILLIS;
    }

    private long goal(long millis) {
        return Math.min(MOST, rate.lasting(millis));
    }

    /** Redis carried an exchange out, now or when it was asked before. */
    void answered(long answeredNumber, long granted) {
        var exchange = open;
        if (exchange == null || exchange.number() != answeredNumber) {
            return;
        }
        open = null;
        telling = 0;
        scarce = granted < exchange.want();
        STATE.addAndGet(this, (granted << HALF) + granted);
    }

    /**
     * The window is over, or Redis lost the counter: what is held is worth nothing any more.
     *
     * @return the units that were held, or were on their way back
     */
    long drop() {
        close();
        ending = true;
        long given = open == null ? 0 : open.give();
        open = null;
        telling = 0;
        return given + hold(STATE.getAndSet(this, 0));
    }

    /**
     * From now on nothing comes back through it.
     *
     * @return the units that came back, and of which Redis was not told
     */
    long close() {
        return Math.max(0, RETURNED.getAndSet(this, CLOSED));
    }

    private static long hold(long state) {
        return state >>> HALF;
    }

    private static long bound(long state) {
        return state & LOW_HALF;
    }

    private static long pack(long hold, long bound) {
        return hold << HALF | bound;
    }
}
