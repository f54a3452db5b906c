package dev.tiergate.api;

import dev.tiergate.limits.Names;
import dev.tiergate.limits.Usage;
import dev.tiergate.plugin.Limit;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How much of one limit a store, or its user, has used, as people are told of it.
 *
 * @param share of a limit, above 0 and up to 1, from which on its use counts as approaching
 */
public record UsageView(Usage usage, double share) {

    private static final int ALL = 100;

    public Limit limit() {
        return usage.limit();
    }

    /**
     * Whole per cent, rounded down, so that 100 is said only when nothing is left; above 100 where a change of tier made the
     * limit smaller than its use. 0 where there is no bound, 100 where the limit is 0.
     */
    public long percentage() {
        if (limit().unlimited()) {
            return 0;
        }
        var hundredfold = BigDecimal.valueOf(usage.current()).multiply(BigDecimal.valueOf(ALL));
        return limit().value() == 0
                ? ALL
                : hundredfold
                        .divideToIntegralValue(BigDecimal.valueOf(limit().value()))
                        .longValue();
    }

    /** From the share on; a limit that is reached is approaching, too. */
    public boolean approaching() {
        var from = BigDecimal.valueOf(share).multiply(BigDecimal.valueOf(limit().value()));
        return !limit().unlimited() && BigDecimal.valueOf(usage.current()).compareTo(from) >= 0;
    }

    /** True when not one unit more fits. */
    public boolean reached() {
        return !usage.hasRoomFor(1);
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
        return new Members()
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
    }
}
