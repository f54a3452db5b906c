package dev.tiergate.outbox;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/**
 * How long to wait before the next attempt: doubles with each failed one up to the most, less a random half at the most, so
 * that what failed together is not tried together again.
 *
 * @param chance from 0 up to, but not including, 1
 */
record RetryPace(Duration first, Duration most, DoubleSupplier chance) {

    /** To PostgreSQL. */
    static final RetryPace WRITING = by(Duration.ofMillis(100), Duration.ofSeconds(5));

    /** To a sink. */
    static final RetryPace SENDING = by(Duration.ofSeconds(1), Duration.ofMinutes(15));

    private static final double JITTER = 0.5;
    private static final int MOST_DOUBLINGS = 20;

    private static RetryPace by(Duration first, Duration most) {
        return new RetryPace(first, most, () -> ThreadLocalRandom.current().nextDouble());
    }

    /** @param failed attempts so far, 1 or more */
    Duration after(int failed) {
        long doubled = first.toMillis() << Math.min(failed - 1, MOST_DOUBLINGS);
        long whole = Math.min(doubled, most.toMillis());
        return Duration.ofMillis(Math.max(1, Math.round(whole * (1 - JITTER * chance.getAsDouble()))));
    }
}
