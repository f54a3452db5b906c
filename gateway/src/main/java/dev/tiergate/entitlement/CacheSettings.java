package dev.tiergate.entitlement;

import dev.tiergate.routes.GatingConfig;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a store's entitlements are believed; can change while the gateway runs.
 *
 * @param ttl after which a store is read again behind its requests; a fifth less at random, so that stores loaded together
 *     are not read again together
 * @param maxStale after which a store is no longer answered from memory
 * @param unknownStoreTier the tier of stores that PostgreSQL does not know; null to refuse them
 */
public record CacheSettings(
        Duration ttl, Duration maxStale, @Nullable String unknownStoreTier) {

    public static final CacheSettings DEFAULT = from(GatingConfig.DEFAULT);

    public static CacheSettings from(GatingConfig gating) {
        return new CacheSettings(gating.entitlementsTtl(), gating.entitlementsMaxStale(), gating.unknownStoreTier());
    }
}
