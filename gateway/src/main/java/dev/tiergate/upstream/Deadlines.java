package dev.tiergate.upstream;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The time limits of all exchanges of one event loop, looked at by one timer: to set one costs a store, not a timer.
 * They end up to {@link #TICK} late.
 */
final class Deadlines {

    /** Fine enough for limits of seconds, and next to nothing to run. */
    static final Duration TICK = Duration.ofMillis(50);

    private static final long NO_TIMER = -1;

    private final Vertx vertx;
    private final LongSupplier clock;
    private final List<Watched> due = new ArrayList<>();
    private @Nullable Watched first;
    private long timer = NO_TIMER;

    /** @param clock nanoseconds of the monotonic clock */
    Deadlines(Vertx vertx, LongSupplier clock) {
        this.vertx = vertx;
        this.clock = clock;
    }

    /** Something with a time limit. */
    abstract static class Watched {

        private @Nullable Watched before;
        private @Nullable Watched after;
        private boolean watched;
        private boolean moved;
        private long limit;
        private long until;
        private boolean idle;

        /** The limit is over. Called on the event loop, once for each limit that was set. */
        abstract void expired();

        /** Bytes moved: an idle limit begins anew. */
        final void moved() {
            moved = true;
        }
    }

    /** The entry expires after this long, whatever moves. */
    void limit(Watched entry, Duration limit) {
        set(entry, limit, false);
    }

    /** The entry expires once nothing has moved for this long. */
    void idle(Watched entry, Duration limit) {
        set(entry, limit, true);
    }

    void forget(Watched entry) {
        if (!entry.watched) {
            return;
        }
        entry.watched = false;
        if (entry.before == null) {
            first = entry.after;
        } else {
            entry.before.after = entry.after;
        }
        if (entry.after != null) {
            entry.after.before = entry.before;
        }
        entry.before = null;
        entry.after = null;
    }

    void close() {
        vertx.cancelTimer(timer);
        timer = NO_TIMER;
    }

    private void set(Watched entry, Duration limit, boolean idle) {
        entry.limit = limit.toNanos();
        entry.until = clock.getAsLong() + entry.limit;
        entry.idle = idle;
        entry.moved = false;
        if (!entry.watched) {
            entry.watched = true;
            entry.after = first;
            if (first != null) {
                first.before = entry;
            }
            first = entry;
        }
        if (timer == NO_TIMER) {
            timer = vertx.setPeriodic(TICK.toMillis(), tick -> look());
        }
    }

    /** What expires may end others too: they are collected first, and asked again whether they are still watched. */
    private void look() {
        if (first == null) {
            close();
            return;
        }
        long now = clock.getAsLong();
        for (Watched entry = first; entry != null; entry = entry.after) {
            if (entry.moved && entry.idle) {
                entry.moved = false;
                entry.until = now + entry.limit;
            } else if (now - entry.until >= 0) {
                due.add(entry);
            }
        }
        for (int i = 0; i < due.size(); i++) {
            Watched entry = due.get(i);
            if (entry.watched) {
                forget(entry);
                entry.expired();
            }
        }
        due.clear();
    }
}
