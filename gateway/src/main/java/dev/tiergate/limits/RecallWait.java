package dev.tiergate.limits;

import java.util.OptionalLong;

/** How a charge waits for units that nodes hold: it looks again after 2, 4, 8, … ms, and for 250 ms in all. */
final class RecallWait {

    private static final long FIRST_MILLIS = 2;

    /** Who has not given back by then is taken for dead. */
    private static final long MOST_MILLIS = 250;

    private long next = FIRST_MILLIS;
    private long left = MOST_MILLIS;

    /** Milliseconds until the next look; empty when it was the last. */
    OptionalLong next() {
        if (left == 0) {
            return OptionalLong.empty();
        }
        long wait = Math.min(next, left);
        left -= wait;
        next *= 2;
        return OptionalLong.of(wait);
    }
}
