package dev.tiergate.plugin.tokenbucket;

import java.time.Duration;
import java.time.Instant;

/**
 * What is missing from a bucket, as the time that it takes to come back; whatever its limit is configured with.
 *
 * @param fullAt when nothing is missing any more
 * @param since when nothing was missing last
 */
record Bucket(Instant fullAt, Instant since) {

    static Bucket full(Instant now) {
        return new Bucket(now, now);
    }

    boolean isFull(Instant now) {
        return !fullAt.isAfter(now);
    }

    /**
     * As it stands now. Even after a clock went back, or a limit became smaller, no more is missing than it holds.
     *
     * @param came when the request came that takes from it
     */
    Bucket at(Instant now, Instant came, long depthNanos) {
        if (isFull(now)) {
            return new Bucket(now, came.isBefore(fullAt) ? fullAt : came);
        }
        var empty = now.plusNanos(depthNanos);
        return new Bucket(fullAt.isAfter(empty) ? empty : fullAt, since);
    }

    Bucket without(long nanos) {
        return new Bucket(fullAt.plusNanos(nanos), since);
    }

    /** Nanoseconds until it is full; 0 or more of one that was brought to the present. */
    long missing(Instant now) {
        return Duration.between(now, fullAt).toNanos();
    }
}
