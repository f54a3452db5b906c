package dev.tiergate.limits;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What time Redis has, judged from its answers and this machine's monotonic clock: as it was believed, as far as the last
 * answer allows, which was given after it was asked for and before it came. So one that comes late changes nothing, and a wall
 * clock that is wrong or jumps does not matter. Before the first answer it is the wall clock.
 */
final class RedisClock {

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final LongSupplier nanos;
    private final @Nullable RedisClock common;
    private long offsetMillis;
    private Instant now = Instant.EPOCH;

    RedisClock(InstantSource wall, LongSupplier nanos) {
        this.nanos = nanos;
        this.common = null;
        this.offsetMillis = wall.millis() - nanos.getAsLong() / NANOS_PER_MILLI;
    }

    /** One of several servers' clocks; what it observes the common one takes over. */
    RedisClock(RedisClock common) {
        this.nanos = common.nanos;
        this.common = common;
        this.offsetMillis = common.offsetMillis;
    }

    /** A reading of the monotonic clock, such as {@link #observe} takes. */
    long mark() {
        return nanos.getAsLong();
    }

    /**
     * @param redisMillis what Redis said
     * @param dispatched the mark taken when it was asked
     */
    void observe(long redisMillis, long dispatched) {
        long latest = redisMillis - dispatched / NANOS_PER_MILLI;
        long earliest = redisMillis - nanos.getAsLong() / NANOS_PER_MILLI;
        offsetMillis = Math.max(earliest, Math.min(latest, offsetMillis));
        if (common != null) {
            common.offsetMillis = offsetMillis;
        }
    }

    long millis() {
        return nanos.getAsLong() / NANOS_PER_MILLI + offsetMillis;
    }

    /** The same; one object for all requests of a millisecond. */
    Instant now() {
        long millis = millis();
        if (now.toEpochMilli() != millis) {
            now = Instant.ofEpochMilli(millis);
        }
        return now;
    }
}
