package dev.tiergate.limits;

import dev.tiergate.plugin.Grant;
import dev.tiergate.plugin.Limit;
import org.jspecify.annotations.Nullable;

/**
 * One counter of a subject, valid as long as its window.
 *
 * @param span null for limits that never start anew; of credits that the tier gives, the billing period
 * @param grant the grant of which it counts what was spent; null where it counts no grant, or the tier's
 */
record Counter(
        Place place,
        Limit.Window window,
        @Nullable WindowSpan span,
        @Nullable Grant grant,
        NodeCounter known) {

    static Counter of(Subject subject, Limit limit, @Nullable WindowSpan span, NodeCounters node) {
        Place place = Place.of(subject, limit, span);
        return new Counter(place, limit.window(), span, null, node.of(place));
    }

    static Counter of(Subject subject, Limit limit, Grant grant, NodeCounters node) {
        Place place = Place.of(subject, limit, grant);
        return new Counter(place, limit.window(), null, grant, node.of(place));
    }

    /** The grant, also where it is the tier's. */
    Grant asGrant(Limit limit) {
        return grant == null ? Balance.ofTier(limit, span) : grant;
    }

    /** Units that it may count up to. */
    long bound(Limit limit) {
        return grant == null ? limit.value() : grant.amount();
    }

    /** True from the millisecond on at which a grant's rest is gone. */
    boolean over(long redisMillis) {
        return grant != null && place.endedAt(redisMillis);
    }
}
