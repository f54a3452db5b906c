package dev.tiergate.upstream;

import java.time.Duration;

/**
 * How requests of the last seconds went: what is older than {@link #SPAN} never counts, what is younger than half of it
 * always does. Times are nanoseconds of the monotonic clock.
 *
 * @param began when the present half began
 */
record Window(long began, int passed, int failed, int passedBefore, int failedBefore) {

    static final Duration SPAN = Duration.ofSeconds(10);

    private static final long HALF = SPAN.toNanos() / 2;

    static Window empty(long now) {
        return new Window(now, 0, 0, 0, 0);
    }

    Window with(boolean success, long now) {
        Window rolled = rolled(now);
        return new Window(
                rolled.began,
                rolled.passed + (success ? 1 : 0),
                rolled.failed + (success ? 0 : 1),
                rolled.passedBefore,
                rolled.failedBefore);
    }

    int failures() {
        return failed + failedBefore;
    }

    int requests() {
        return failures() + passed + passedBefore;
    }

    /** A clock of another thread may be a little behind: that counts in the present half. */
    private Window rolled(long now) {
        long elapsed = now - began;
        if (elapsed < HALF) {
            return this;
        }
        return elapsed < 2 * HALF ? new Window(began + HALF, 0, 0, passed, failed) : empty(now);
    }
}
