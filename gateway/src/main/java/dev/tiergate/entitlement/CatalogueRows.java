package dev.tiergate.entitlement;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The catalogue's tables as they were read in one moment, not yet believed: what the schema forbids can stand here.
 *
 * @param revision of that moment
 * @param gatingMode what the gate may do at most; null where that is not part of it, as in a file
 */
record CatalogueRows(
        long revision,
        List<TierRow> tiers,
        List<FeatureRow> features,
        List<Assignment> assignments,
        List<LimitRow> limits,
        List<TierLimit> tierLimits,
        List<ModelGroup> modelGroups,
        List<TierModelGroup> tierModelGroups,
        @Nullable String gatingMode) {

    /** @param monthlyCents null where no price is named */
    record TierRow(
            @Nullable String plan,
            @Nullable String code,
            @Nullable String name,
            String description,
            int order,
            @Nullable Long monthlyCents,
            @Nullable Long annualCents,
            boolean active,
            boolean offered) {}

    record FeatureRow(
            @Nullable String plan,
            @Nullable String code,
            @Nullable String name,
            String description,
            @Nullable String category,
            @Nullable String kind,
            @Nullable String minimumTier,
            boolean active,
            boolean beta,
            List<String> dependencies,
            @Nullable String modelGroup) {}

    record Assignment(
            @Nullable String plan,
            @Nullable String tier,
            @Nullable String feature) {}

    record LimitRow(
            @Nullable String plan,
            @Nullable String code,
            @Nullable String feature,
            @Nullable String name,
            @Nullable String window,
            @Nullable String scope) {}

    record TierLimit(
            @Nullable String plan,
            @Nullable String tier,
            @Nullable String limit,
            @Nullable Long value) {}

    record ModelGroup(
            @Nullable String plan,
            @Nullable String code,
            @Nullable String name,
            List<String> models) {}

    record TierModelGroup(
            @Nullable String plan,
            @Nullable String tier,
            @Nullable String group) {}
}
