package dev.tiergate.entitlement;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A store and its overrides as they were read, not yet believed.
 *
 * @param roles by feature code, where the store keeps one for some roles
 * @param grants credits besides the tier's; null for none, as in a copy that an older version left
 * @param optIns feature codes; null for none, as in a copy that an older version left
 */
record StoreRow(
        @Nullable String externalId,
        @Nullable String code,
        @Nullable String name,
        @Nullable String plan,
        @Nullable String tier,
        @Nullable String status,
        @Nullable String zone,
        @Nullable Instant periodAnchor,
        List<OverrideRow> overrides,
        Map<String, Set<String>> roles,
        @Nullable List<GrantRow> grants,
        @Nullable Set<String> optIns) {

    StoreRow {
        overrides = List.copyOf(overrides);
        roles = Map.copyOf(roles);
    }

    /** @param expiresAt as PostgreSQL writes a time in JSON; null for never */
    record GrantRow(
            @Nullable String id,
            @Nullable String limit,
            @Nullable Long amount,
            @Nullable Long priority,
            @Nullable String expiresAt) {}

    /** @param expiresAt as PostgreSQL writes a time in JSON; null for never */
    record OverrideRow(
            @Nullable String feature,
            @Nullable Boolean enabled,
            @Nullable String expiresAt,
            Map<String, Long> limits) {

        OverrideRow {
            limits = Map.copyOf(limits);
        }
    }
}
