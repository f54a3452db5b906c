package dev.tiergate.upstream;

import java.time.Duration;

/**
 * Passive ejection: whether an endpoint is left out for a while because exchanges with it failed.
 *
 * <p>After {@link #FAILURES} failures in a row it is ejected for {@link #FIRST}; back again it is on probation: one more
 * failure ejects it for twice as long, up to {@link #LONGEST}, one success clears it. Times are nanoseconds of the monotonic
 * clock.
 */
final class Ejection {

    static final int FAILURES = 5;
    static final Duration FIRST = Duration.ofSeconds(10);
    static final Duration LONGEST = Duration.ofMinutes(5);

    private int failures;
    private int ejections;
    private boolean ejected;
    private long until;

    boolean holds(long now) {
        return ejected && now - until < 0;
    }

    void succeeded() {
        failures = 0;
        ejections = 0;
        ejected = false;
    }

    /** Exchanges that were already under way when it began do not lengthen it. */
    void failed(long now) {
        if (holds(now)) {
            return;
        }
        failures++;
        if (failures >= FAILURES || ejections > 0) {
            begin(now);
        }
    }

    private void begin(long now) {
        long nanos = LONGEST.toNanos();
        if (ejections < Long.SIZE && FIRST.toNanos() <= nanos >> ejections) {
            nanos = FIRST.toNanos() << ejections;
        }
        ejections++;
        failures = 0;
        ejected = true;
        until = now + nanos;
    }
}
