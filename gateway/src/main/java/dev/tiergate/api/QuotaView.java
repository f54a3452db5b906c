package dev.tiergate.api;

import dev.tiergate.limits.QuotaUsage;
import java.util.Objects;

/**
 * How much of a limit that a plugin counts is used, as people are told of it.
 *
 * @param share of a limit from which on its use counts as approaching
 */
record QuotaView(QuotaUsage quota, double share) {

    UsageView view() {
        return new UsageView(quota.usage(), share);
    }

    /** The members of every limit's JSON; its window is what the plugin calls its kind. */
    Members members() {
        return view().members()
                .with("window", quota.kind())
                .with("resets_at", Objects.toString(quota.resetsAt(), null));
    }

    /** Whether so many units more would be taken now; no tier is named, for only the plugin knows what one would give. */
    Members check(long cost) {
        var usage = quota.usage();
        boolean fits = usage.hasRoomFor(cost);
        return new Members()
                .with("limit_type", quota.code())
                .with("can_proceed", fits)
                .with("current", usage.current())
                .with("limit", usage.limit().value())
                .with("remaining", usage.remaining())
                .with("percentage", usage.percentage())
                .with("message", fits ? null : quota.sentence(cost))
                .with("upgrade_tier_code", null)
                .with("upgrade_tier_name", null);
    }
}
