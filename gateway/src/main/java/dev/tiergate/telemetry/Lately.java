package dev.tiergate.telemetry;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Whether something happened in the last seconds. May be used from any thread. */
public final class Lately {

    /** Long enough for a look each few seconds to see it, short enough to be over soon after an outage. */
    public static final Duration SPAN = Duration.ofSeconds(10);

    private final LongSupplier clock;
    private final AtomicLong at;

    /** @param clock nanoseconds of the monotonic clock */
    public Lately(LongSupplier clock) {
        this.clock = clock;
        this.at = new AtomicLong(clock.getAsLong() - SPAN.toNanos());
    }

    public void happened() {
        at.set(clock.getAsLong());
    }

    public boolean has() {
        return within(clock.getAsLong(), at.get());
    }

    /** It happens now; true where it had not lately, and then for one caller. Only that one is noted. */
    public boolean begins() {
        long now = clock.getAsLong();
        long before = at.get();
        return !within(now, before) && at.compareAndSet(before, now);
    }

    private static boolean within(long now, long at) {
        return now - at < SPAN.toNanos();
    }
}
