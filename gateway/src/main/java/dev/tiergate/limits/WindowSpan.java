package dev.tiergate.limits;

import java.time.Duration;
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

    public Duration length() {
        return Duration.between(start, end);
    }
}
