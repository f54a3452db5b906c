package dev.tiergate.entitlement;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * Where entitlements come from and how they are kept.
 *
 * @param databaseUrl asked at each connection, as the password may change: {@code postgresql://user:password@host:port/database}
 * @param migrationUrl the same as the role that owns the schema
 * @param poll how often the revision is compared, for notifications that were lost
 */
public record EntitlementSettings(
        Supplier<String> databaseUrl,
        Supplier<String> migrationUrl,
        CacheSettings cache,
        CacheBounds bounds,
        Duration poll) {

    /** Often enough to find a lost notification within a second or two, for one row by its key. */
    private static final Duration POLL = Duration.ofSeconds(1);

    public static EntitlementSettings of(String databaseUrl, CacheSettings cache) {
        return of(() -> databaseUrl, cache);
    }

    public static EntitlementSettings of(Supplier<String> databaseUrl, CacheSettings cache) {
        return new EntitlementSettings(databaseUrl, databaseUrl, cache, CacheBounds.DEFAULT, POLL);
    }

    public EntitlementSettings withMigrationUrl(Supplier<String> url) {
        return new EntitlementSettings(databaseUrl, url, cache, bounds, poll);
    }

    public EntitlementSettings withBounds(CacheBounds next) {
        return new EntitlementSettings(databaseUrl, migrationUrl, cache, next, poll);
    }

    /** Never prints a URL, for its password. */
    @Override
    public String toString() {
        return "EntitlementSettings[" + cache + ", " + bounds + "]";
    }
}
