package dev.tiergate.limits;

import dev.tiergate.plugin.Limit;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How much of a limit is used.
 *
 * @param current units charged; may be above the limit after a change of tier
 * @param span the window that it was counted over; null for limits that never start anew
 * @param now when it was counted, by the counter's own clock
 */
public record Usage(Limit limit, long current, @Nullable WindowSpan span, Instant now) {

    /** Units left, never below 0; {@link Limit#UNLIMITED} where there is no bound. */
    public long remaining() {
        return limit.unlimited() ? Limit.UNLIMITED : Math.max(0, limit.value() - current);
    }

    public boolean hasRoomFor(long units) {
        return limit.unlimited() || units <= limit.value() - current;
    }

    /** When the count starts anew; empty where it never does. */
    public Optional<Instant> resetsAt() {
        return span == null ? Optional.empty() : Optional.of(span.end());
    }

    /** Whole seconds until the count starts anew, rounded up, at least 1; empty where it never does. */
    public Optional<Long> secondsToReset() {
        return resetsAt().map(end -> {
            Duration left = Duration.between(now, end);
            return Math.max(1, left.plusNanos(999_999_999).toSeconds());
        });
    }
}
