package dev.tiergate.plugin;

import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Credits that a store was given, once.
 *
 * @param id unique, and never of another amount; empty for what the tier gives each billing period
 * @param amount units; {@link Limit#UNLIMITED} only where the tier gives them
 * @param priority 0 to 100; the lower is spent first
 * @param expiresAt the first instant at which what is left is gone; null for never
 */
public record Grant(
        String id, long amount, int priority, @Nullable Instant expiresAt) {

    /** Of what the tier gives, and of a grant that names none. */
    public static final int USUAL_PRIORITY = 50;

    /** First what is spent first: by priority, then what ends first, then what is older. */
    public static final Comparator<Grant> SPENDING_ORDER = Comparator.comparingInt(Grant::priority)
            .thenComparing(Grant::end)
            .thenComparingInt(grant -> grant.id().length())
            .thenComparing(Grant::id);

    /** What the tier gives for one billing period. */
    public static Grant ofTier(long amount, Instant periodEnd) {
        return new Grant("", amount, USUAL_PRIORITY, periodEnd);
    }

    public boolean fromTier() {
        return id.isEmpty();
    }

    /** False from the instant of its end on. */
    public boolean liveAt(Instant now) {
        return expiresAt == null || now.isBefore(expiresAt);
    }

    private Instant end() {
        return expiresAt == null ? Instant.MAX : expiresAt;
    }
}
