package dev.tiergate.telemetry;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Whether something happened in the last seconds. May be used from any thread. */
public final class Lately {

    /** Long enough for a look each few seconds to see it, short enough to be over soon after an outage. */
    public static final Duration SPAN = Duration.ofSeconds(10);

    private final LongSupplier clock;
    private volatile long at;

    /** @param clock nanoseconds of the monotonic clock */
    public Lately(LongSupplier clock) {
        this.clock = clock;
        this.at = clock.getAsLong() - SPAN.toNanos();
    }

    public void happened() {
        at = clock.getAsLong();
    }

    public boolean has() {
        return clock.getAsLong() - at < SPAN.toNanos();
    }
}
