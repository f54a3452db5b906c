package dev.tiergate.limits;

import io.vertx.core.Future;
import java.time.Duration;

/**
 * The keys under which requests came lately, as one event loop sees them; called from that loop only. How many repeats are
 * free, and for how long a key is known: lua/idempotency.lua.
 */
public interface IdempotencyKeys {

    /**
     * Takes the key for a request, and answers within the deadline. Never fails.
     *
     * @param flight how long the request can be under way; a node that dies with it holds the key for no longer
     */
    Future<KeyClaim> claim(KeyedRequest request, Duration flight);
}
