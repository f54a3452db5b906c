package dev.tiergate.entitlement;

import java.time.Duration;

/**
 * Bounds of the store cache.
 *
 * @param stores kept at most; the least used go first
 * @param unknown ids kept at most that are no store
 * @param unknownTtl how long an id that is no store is believed to be none, where no notification says otherwise
 * @param loads how many run at once: one a connection
 * @param waiting how many wait for their turn; beyond, a store that is not in memory is unavailable
 * @param deadline of one load, from the first request that waits for it
 * @param retry how long after a failed load a store that is in memory waits for no other
 */
public record CacheBounds(
        long stores, long unknown, Duration unknownTtl, int loads, int waiting, Duration deadline, Duration retry) {

    public static final CacheBounds DEFAULT = new CacheBounds(
            200_000,
            20_000,
            Duration.ofSeconds(10),
            DatabasePool.LOADING_CONNECTIONS,
            100,
            Duration.ofMillis(250),
            Duration.ofSeconds(1));

    public CacheBounds withDeadline(Duration next) {
        return new CacheBounds(stores, unknown, unknownTtl, loads, waiting, next, retry);
    }
}
