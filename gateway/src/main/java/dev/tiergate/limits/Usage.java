package dev.tiergate.limits;

import dev.tiergate.plugin.Limit;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How much of a limit is used.
 *
 * @param limit with its bound; of credits, the bound is all that the store holds now, spent or not
 * @param current units charged; may be above the limit after a change of tier
 * @param span the window that it was counted over; null for limits that never start anew
 * @param now when it was counted, by the counter's own clock
 * @param seen what this node knew before; less than the use without this charge where others charged meanwhile
 * @param grants of credits: what the store holds now, in the order in which it is spent
 */
public record Usage(
        Limit limit, long current, @Nullable WindowSpan span, Instant now, long seen, List<GrantUse> grants) {

    /** Of what is no balance. */
    public Usage(Limit limit, long current, @Nullable WindowSpan span, Instant now, long seen) {
        this(limit, current, span, now, seen, List.of());
    }

    /** Where nobody asks what was known before. */
    public Usage(Limit limit, long current, @Nullable WindowSpan span, Instant now) {
        this(limit, current, span, now, current);
    }

    private static final long ALL = 100;

    /** Units left, never below 0; {@link Limit#UNLIMITED} where there is no bound. */
    public long remaining() {
        return limit.unlimited() ? Limit.UNLIMITED : Math.max(0, limit.value() - current);
    }

    public boolean hasRoomFor(long units) {
        return limit.unlimited() || units <= limit.value() - current;
    }

    /** True when not one unit more fits. */
    public boolean reached() {
        return !hasRoomFor(1);
    }

    /** True from the share of the limit on; a limit that is reached is approaching, too. */
    public boolean approaches(double share) {
        return !limit.unlimited()
                && BigDecimal.valueOf(current)
                                .compareTo(BigDecimal.valueOf(share).multiply(BigDecimal.valueOf(limit.value())))
                        >= 0;
    }

    /**
     * Whole per cent, rounded down, so that 100 is said only when nothing is left; above 100 where a change of tier made the
     * limit smaller than its use. 0 where there is no bound, 100 where the limit is 0.
     */
    public long percentage() {
        if (limit.unlimited()) {
            return 0;
        }
        return limit.value() == 0
                ? ALL
                : BigDecimal.valueOf(current)
                        .multiply(BigDecimal.valueOf(ALL))
                        .divideToIntegralValue(BigDecimal.valueOf(limit.value()))
                        .longValue();
    }

    /** As this node last knew it, before so many units were taken. */
    Usage before(long units) {
        return counting(Math.min(seen, current - units));
    }

    /** After so many units came back. */
    Usage less(long units) {
        return more(-units);
    }

    /** With so many units that nobody can use. */
    Usage more(long units) {
        return counting(current + units);
    }

    private Usage counting(long units) {
        return new Usage(limit, units, span, now, units, grants);
    }

    /** What a tier has to give so that there would be room for so many units more. */
    public long tierValueFor(long units) {
        long others = 0;
        long ofTier = current;
        for (GrantUse use : grants) {
            if (use.grant().fromTier()) {
                ofTier = use.spent();
            } else {
                others += use.remaining();
            }
        }
        return Math.max(0, ofTier + units - others);
    }

    /** What the store's tier, or its override, gives. */
    public long tierValue() {
        for (GrantUse use : grants) {
            if (use.grant().fromTier()) {
                return use.grant().amount();
            }
        }
        return limit.value();
    }

    /** When the count starts anew; empty where it never does. */
    public Optional<Instant> resetsAt() {
        return span == null ? Optional.empty() : Optional.of(span.end());
    }

    /** Whole seconds until the count starts anew, rounded up, at least 1; empty where it never does. */
    public Optional<Long> secondsToReset() {
        return span == null ? Optional.empty() : Optional.of(span.secondsLeft(now));
    }
}
