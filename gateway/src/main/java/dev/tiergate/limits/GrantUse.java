package dev.tiergate.limits;

import dev.tiergate.plugin.Grant;
import dev.tiergate.plugin.Limit;

/**
 * How much of a grant is spent.
 *
 * @param spent units; above the amount only where a tier gives less than it did
 */
public record GrantUse(Grant grant, long spent) {

    /** Units left, never below 0; {@link Limit#UNLIMITED} where there is no bound. */
    public long remaining() {
        return grant.amount() == Limit.UNLIMITED ? Limit.UNLIMITED : Math.max(0, grant.amount() - spent);
    }
}
