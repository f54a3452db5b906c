package dev.tiergate.limits;

import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Quota;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How much of a limit is used that a plugin counts.
 *
 * @param kind what the plugin calls such limits
 */
public record QuotaUsage(String code, String kind, Quota.State state, Instant now) {

    /** As if it were a limit that never starts anew; {@link #kind} and {@link #resetsAt} are what it is. */
    public Usage usage() {
        var limit = new Limit(code, "", code, Limit.Window.TOTAL, Limit.Scope.STORE, state.limit());
        return new Usage(limit, state.current(), null, now);
    }

    /** Why there is no room for so many units more. */
    public String sentence(long units) {
        long limit = state.limit();
        return units > limit && limit > 0
                ? "Limit '" + code + "' of " + limit + " cannot hold the " + units + " that this request needs"
                : "Limit '" + code + "' of " + limit + " is reached";
    }

    public @Nullable Instant resetsAt() {
        return state.resetsAt();
    }
}
