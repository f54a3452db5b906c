package dev.tiergate.limits;

import dev.tiergate.plugin.Grant;
import dev.tiergate.plugin.Limit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a store holds of a credits limit: the sum of what its grants have left, spent by {@link Grant#SPENDING_ORDER}. */
final class Balance {

    /** A grant that ended longer ago is not asked after; Redis's clock decides about the others. */
    private static final Duration SURELY_OVER = Duration.ofMinutes(1);

    private Balance() {}

    /**
     * What is spent, in its order: the tier's grant, which is always there, and those that may not be over.
     *
     * @param period the billing period
     */
    static List<Grant> order(Limit limit, @Nullable WindowSpan period, Instant now) {
        Grant tier = ofTier(limit, period);
        if (limit.unlimited() || limit.grants().isEmpty()) {
            return List.of(tier);
        }
        List<Grant> order = new ArrayList<>(limit.grants().size() + 1);
        order.add(tier);
        for (Grant grant : limit.grants()) {
            if (grant.liveAt(now.minus(SURELY_OVER))) {
                order.add(grant);
            }
        }
        order.sort(Grant.SPENDING_ORDER);
        return order;
    }

    static Grant ofTier(Limit limit, @Nullable WindowSpan period) {
        return Grant.ofTier(limit.value(), period == null ? Instant.MAX : period.end());
    }

    /**
     * The balance as one number against a limit: what is spent of all that the store holds now.
     *
     * @param uses of the grants that are not over
     * @param seen what this node knew before
     */
    static Usage usage(Limit limit, List<GrantUse> uses, Instant now, long seen) {
        long spent = 0;
        long left = 0;
        for (GrantUse use : uses) {
            spent = plus(spent, use.spent());
            left = plus(left, Math.max(0, use.remaining()));
        }
        return new Usage(limit.unlimited() ? limit : limit.withValue(plus(spent, left)), spent, null, now, seen, uses);
    }

    /** Many grants of many units come to the most that a number holds, and never to a debt. */
    private static long plus(long sum, long more) {
        long both = sum + more;
        return ((sum ^ both) & (more ^ both)) < 0 ? Long.MAX_VALUE : both;
    }
}
