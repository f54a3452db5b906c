package dev.tiergate.limits;

import dev.tiergate.redis.RedisServer;
import org.jspecify.annotations.Nullable;

/** A command until its end: where it is to go, and how long somebody waits for it. */
final class Errand {

    private static final long NANOS_PER_MILLI = 1_000_000;

    /** After the second refusal; doubles with each one more. */
    private static final long FIRST_WAIT_MILLIS = 2;

    private static final int MOST_DOUBLINGS = 5;

    private final LinkCommand command;
    private final long dueNanos;
    private int refusals;
    private boolean expired;
    private @Nullable RedisServer target;
    private boolean asking;

    /** @param dueNanos by the link's monotonic clock */
    Errand(LinkCommand command, long dueNanos) {
        this.command = command;
        this.dueNanos = dueNanos;
    }

    LinkCommand command() {
        return command;
    }

    /** The server that another one named; null to go by the topology. */
    @Nullable
    RedisServer target() {
        return target;
    }

    /** Whether the target has the slot for this question only. */
    boolean asking() {
        return asking;
    }

    /** It was certainly not carried out, and is to go there next. */
    void refused(@Nullable RedisServer next, boolean ask) {
        refusals++;
        target = next;
        asking = ask;
    }

    boolean fresh() {
        return refusals == 0;
    }

    /** A first redirection is followed at once; after that servers have not agreed yet, and are given time. */
    long waitMillis() {
        return refusals == 1 && target != null ? 0 : FIRST_WAIT_MILLIS << Math.min(refusals - 1, MOST_DOUBLINGS);
    }

    /** Rounded up; 0 when the deadline has passed. */
    long leftMillis(long nanos) {
        return Math.max(0, (dueNanos - nanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
    }

    boolean expired() {
        return expired;
    }

    void expire() {
        if (!expired) {
            expired = true;
            command.expired();
        }
    }
}
