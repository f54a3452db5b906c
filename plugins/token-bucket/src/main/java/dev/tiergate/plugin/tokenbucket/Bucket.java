package dev.tiergate.plugin.tokenbucket;

import java.time.Duration;
import java.time.Instant;

/**
 * What is missing from a bucket, as the time that it takes to come back; whatever its limit is configured with.
 *
 * @param fullAt when nothing is missing any more
 * @param since when nothing was missing last
 * @param seen when it was asked last
 */
record Bucket(Instant fullAt, Instant since, Instant seen) {

    /** No request is longer on its way to its charge; a clock that says so went back. */
    private static final Duration LONGEST_WAY = Duration.ofMinutes(1);

    static Bucket full(Instant now) {
        return new Bucket(now, now, now);
    }

    /** Who comes before others and is counted after them is counted at their time: what they took is not back before. */
    Instant present(Instant came) {
        return came.isBefore(seen) && !came.isBefore(seen.minus(LONGEST_WAY)) ? seen : came;
    }

    boolean isFull(Instant now) {
        return !fullAt.isAfter(now);
    }

    /** As it stands now. Even after a clock went back, or a limit became smaller, no more is missing than it holds. */
    Bucket at(Instant now, long depthNanos) {
        if (isFull(now)) {
            return full(now);
        }
        var empty = now.plusNanos(depthNanos);
        return new Bucket(fullAt.isAfter(empty) ? empty : fullAt, since, now);
    }

    Bucket without(long nanos) {
        return new Bucket(fullAt.plusNanos(nanos), since, seen);
    }

    /** Nanoseconds until it is full; 0 or more of one that was brought to the present. */
    long missing(Instant now) {
        return Duration.between(now, fullAt).toNanos();
    }
}
