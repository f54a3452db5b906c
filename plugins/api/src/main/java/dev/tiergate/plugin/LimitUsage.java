package dev.tiergate.plugin;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How much of a limit is used.
 *
 * @param limit units, {@link Limit#UNLIMITED} for no bound; of credits, all that the store holds now, spent or not
 * @param used units, 0 or more; may be above the limit after a change of tier
 * @param resetsAt when the count starts anew, or a {@link Quota} has more; null where waiting does not help
 */
public record LimitUsage(long limit, long used, @Nullable Instant resetsAt) {

    public boolean unlimited() {
        return limit == Limit.UNLIMITED;
    }

    /** Units left, never below 0; {@link Limit#UNLIMITED} where there is no bound. */
    public long remaining() {
        return unlimited() ? Limit.UNLIMITED : Math.max(0, limit - used);
    }
}
