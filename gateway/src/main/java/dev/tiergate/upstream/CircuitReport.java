package dev.tiergate.upstream;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a circuit breaker stands.
 *
 * @param state closed, open or half-open
 * @param why null while it is closed
 */
public record CircuitReport(
        String state, Instant since, @Nullable String why) {}
