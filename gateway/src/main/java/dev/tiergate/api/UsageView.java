package dev.tiergate.api;

import dev.tiergate.limits.GrantUse;
import dev.tiergate.limits.Names;
import dev.tiergate.limits.Usage;
import dev.tiergate.plugin.Limit;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How much of one limit a store, or its user, has used, as people are told of it.
 *
 * @param share of a limit, above 0 and up to 1, from which on its use counts as approaching
 */
public record UsageView(Usage usage, double share) {

    public Limit limit() {
        return usage.limit();
    }

    /**
     * Whole per cent, rounded down, so that 100 is said only when nothing is left; above 100 where a change of tier made the
     * limit smaller than its use. 0 where there is no bound, 100 where the limit is 0.
     */
    public long percentage() {
        return usage.percentage();
    }

    /** From the share on; a limit that is reached is approaching, too. */
    public boolean approaching() {
        return usage.approaches(share);
    }

    /** True when not one unit more fits. */
    public boolean reached() {
        return usage.reached();
    }

    /** What is worth saying of a limit that is approaching, in one sentence. */
    String warning() {
        return percentage() + " % of limit '" + limit().code() + "' of " + limit().value() + Names.per(limit().window())
                + " is used";
    }

    /** When the count starts anew; null where it never does. */
    public @Nullable Instant resetsAt() {
        return usage.resetsAt().orElse(null);
    }

    /** The members of its JSON, in order. */
    Members members() {
        var members = new Members()
                .with("limit_type", limit().code())
                .with("name", limit().name())
                .with("window", Names.of(limit().window()))
                .with("current", usage.current())
                .with("limit", limit().value())
                .with("remaining", usage.remaining())
                .with("percentage", percentage())
                .with("is_unlimited", limit().unlimited())
                .with("is_approaching_limit", approaching())
                .with("is_at_limit", reached())
                .with("resets_at", usage.resetsAt().map(Instant::toString).orElse(null));
        return limit().window() == Limit.Window.CREDITS
                ? members.with(
                        "grants", usage.grants().stream().map(UsageView::grant).toList())
                : members;
    }

    /** One part of a balance. */
    private static Members grant(GrantUse use) {
        return new Members()
                .with("source", use.grant().fromTier() ? "tier" : "grant")
                .with("amount", use.grant().amount())
                .with("remaining", use.remaining())
                .with("priority", use.grant().priority())
                .with("expires_at", Objects.toString(use.grant().expiresAt(), null));
    }
}
