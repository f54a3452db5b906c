package dev.tiergate.api.events;

import java.time.Duration;

/**
 * How much events may take.
 *
 * @param pagesOfStore open pages of one store on one node
 * @param pages open pages on one node
 * @param history events that are kept of a store
 * @param linger how long a store is listened for after its last page left
 * @param lingering stores that are listened for without a page
 * @param pace the least time between two events that say that entitlements changed
 * @param commands commands to Redis that wait for an answer
 */
record EventBounds(
        int pagesOfStore, int pages, int history, Duration linger, int lingering, Duration pace, int commands) {

    static final EventBounds DEFAULT =
            new EventBounds(100, 10_000, 64, Duration.ofMinutes(2), 10_000, Duration.ofMillis(100), 1024);
}
