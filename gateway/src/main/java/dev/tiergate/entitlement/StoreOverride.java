package dev.tiergate.entitlement;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a store has besides, or instead of, its tier.
 *
 * @param expiresAt the first instant at which it no longer speaks; null for never
 * @param limits values by limit code, each in place of the tier's
 */
record StoreOverride(boolean enabled, @Nullable Instant expiresAt, Map<String, Long> limits) {

    boolean speaksAt(Instant now) {
        return expiresAt == null || now.isBefore(expiresAt);
    }
}
