package dev.tiergate.upstream;

import java.net.URI;
import java.time.Duration;

/**
 * One address of an upstream as one event loop sees it: how many exchanges it carries, and whether it is ejected.
 *
 * <p>After {@link #FAILURES_TO_EJECT} failures in a row it is ejected for {@link #FIRST_EJECTION}; back again it is on
 * probation: one more failure ejects it for twice as long, up to {@link #LONGEST_EJECTION}, one success clears it.
 */
final class Endpoint {

    static final int FAILURES_TO_EJECT = 5;
    static final Duration FIRST_EJECTION = Duration.ofSeconds(10);
    static final Duration LONGEST_EJECTION = Duration.ofMinutes(5);

    private final int index;
    private final URI uri;
    private final int capacity;
    private int active;
    private int failures;
    private int ejections;
    private boolean ejected;
    private long ejectedUntil;

    /**
     * @param index its place among the upstream's endpoints
     * @param capacity exchanges that it may carry at once
     */
    Endpoint(int index, URI uri, int capacity) {
        this.index = index;
        this.uri = uri;
        this.capacity = capacity;
    }

    int index() {
        return index;
    }

    URI uri() {
        return uri;
    }

    int active() {
        return active;
    }

    boolean hasRoom() {
        return active < capacity;
    }

    void take() {
        active++;
    }

    void giveBack() {
        active--;
    }

    /** @param now nanoseconds of the monotonic clock */
    boolean ejected(long now) {
        return ejected && now - ejectedUntil < 0;
    }

    void succeeded() {
        failures = 0;
        ejections = 0;
        ejected = false;
    }

    /**
     * Exchanges that were already under way when it was ejected do not lengthen the ejection.
     *
     * @param now nanoseconds of the monotonic clock
     */
    void failed(long now) {
        if (ejected(now)) {
            return;
        }
        failures++;
        if (failures >= FAILURES_TO_EJECT || ejections > 0) {
            eject(now);
        }
    }

    private void eject(long now) {
        long nanos = LONGEST_EJECTION.toNanos();
        if (ejections < Long.SIZE && FIRST_EJECTION.toNanos() <= nanos >> ejections) {
            nanos = FIRST_EJECTION.toNanos() << ejections;
        }
        ejections++;
        failures = 0;
        ejected = true;
        ejectedUntil = now + nanos;
    }
}
