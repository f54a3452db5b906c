package dev.tiergate.identity;

import java.time.Duration;

/**
 * How often keys are loaded.
 *
 * @param refresh between two loads that went well
 * @param coolDown after a load's start, in which no unknown {@code kid} starts another
 * @param firstRetry after a first failure; doubled with each further one
 * @param maxRetry where that ends
 * @param maxAge how long keys serve without having been loaded again
 * @param timeout of one load, from its start to its last byte
 * @param jitter the share by which a delay may be longer or shorter, so that gateways do not load together
 */
record JwksPace(
        Duration refresh,
        Duration coolDown,
        Duration firstRetry,
        Duration maxRetry,
        Duration maxAge,
        Duration timeout,
        double jitter) {

    static final JwksPace DEFAULT = new JwksPace(
            Duration.ofMinutes(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            Duration.ofMinutes(1),
            Duration.ofHours(24),
            Duration.ofSeconds(5),
            0.1);

    JwksPace withTimeout(Duration next) {
        return new JwksPace(refresh, coolDown, firstRetry, maxRetry, maxAge, next, jitter);
    }

    /**
     * The delay before the next load.
     *
     * @param failures in a row, up to now
     * @param chance from 0 to 1
     */
    Duration next(int failures, double chance) {
        Duration plain = failures == 0 ? refresh : backOff(failures);
        return Duration.ofMillis((long) (plain.toMillis() * (1 - jitter + 2 * jitter * chance)));
    }

    private Duration backOff(int failures) {
        int doublings = Math.min(failures - 1, 30);
        long millis = Math.min(firstRetry.toMillis() << doublings, maxRetry.toMillis());
        return Duration.ofMillis(millis);
    }
}
