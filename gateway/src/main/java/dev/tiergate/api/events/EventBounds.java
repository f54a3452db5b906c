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

    /** Between two signs of life to an open page: below what anything between here and the page takes for silence. */
    static final Duration HEARTBEAT = Duration.ofSeconds(10);

    /**
     * What a page may leave unread, besides what the kernel holds for it, or over HTTP/2 its own window; a page that leaves
     * more is cut off.
     */
    static final int UNREAD_BYTES = 64 * 1024;

    /** Messages that may wait for a page's connection to become a WebSocket. */
    static final int EARLY_MESSAGES = 128;

    /** How long a page whose stream broke may take to come back without a new ticket. */
    static final Duration RESUME = Duration.ofMinutes(2);

    static final EventBounds DEFAULT =
            new EventBounds(100, 10_000, 64, Duration.ofMinutes(2), 10_000, Duration.ofMillis(100), 1024);
}
