package dev.tiergate.limits;

import dev.tiergate.plugin.Grant;
import dev.tiergate.plugin.Limit;

/**
 * How much of a grant is spent. Which is spent first: {@link Grant#SPENDING_ORDER}; how long it is known afterwards:
 * {@link PostgresCounters}.
 *
 * @param spent units; above the amount only where a tier gives less than it did
 */
public record GrantUse(Grant grant, long spent) {

    /** Units left, never below 0; {@link Limit#UNLIMITED} where there is no bound. */
    public long remaining() {
        return grant.amount() == Limit.UNLIMITED ? Limit.UNLIMITED : Math.max(0, grant.amount() - spent);
    }
}
