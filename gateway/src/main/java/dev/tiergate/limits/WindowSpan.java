package dev.tiergate.limits;

import java.time.Instant;

/**
 * One window of a limit.
 *
 * @param start the first instant in it
 * @param end the first instant after it
 */
public record WindowSpan(Instant start, Instant end) {

    public boolean contains(Instant instant) {
        return !instant.isBefore(start) && instant.isBefore(end);
    }

    /** Every window is whole seconds long. */
    long seconds() {
        return end.getEpochSecond() - start.getEpochSecond();
    }

    /** Whole seconds from an instant to the end, rounded up, at least 1. */
    long secondsLeft(Instant from) {
        long whole = end.getEpochSecond() - from.getEpochSecond();
        return Math.max(1, end.getNano() > from.getNano() ? whole + 1 : whole);
    }
}
