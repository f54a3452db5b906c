package dev.tiergate.entitlement;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

    CatalogueRows {
        tiers = List.copyOf(tiers);
        features = List.copyOf(features);
        assignments = List.copyOf(assignments);
        limits = List.copyOf(limits);
        tierLimits = List.copyOf(tierLimits);
        modelGroups = List.copyOf(modelGroups);
        tierModelGroups = List.copyOf(tierModelGroups);
    }

    /** The names of all plans that have a tier or a feature. */
    Set<String> plans() {
        return Stream.concat(
                        tiers.stream().map(TierRow::plan), features.stream().map(FeatureRow::plan))
                .filter(Objects::nonNull)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    CatalogueRows ofPlan(String plan) {
        return new CatalogueRows(
                revision,
                only(tiers, row -> plan.equals(row.plan())),
                only(features, row -> plan.equals(row.plan())),
                only(assignments, row -> plan.equals(row.plan())),
                only(limits, row -> plan.equals(row.plan())),
                only(tierLimits, row -> plan.equals(row.plan())),
                only(modelGroups, row -> plan.equals(row.plan())),
                only(tierModelGroups, row -> plan.equals(row.plan())),
                gatingMode);
    }

    /** Without what another catalogue of the same plan does not name: a row of two codes stays where both are named. */
    CatalogueRows onlyNamedIn(CatalogueRows other) {
        var tierCodes = codes(other.tiers, TierRow::code);
        var featureCodes = codes(other.features, FeatureRow::code);
        var limitCodes = codes(other.limits, LimitRow::code);
        var groupCodes = codes(other.modelGroups, ModelGroup::code);
        return new CatalogueRows(
                revision,
                only(tiers, row -> tierCodes.contains(row.code())),
                only(features, row -> featureCodes.contains(row.code())),
                only(assignments, row -> tierCodes.contains(row.tier()) && featureCodes.contains(row.feature())),
                only(limits, row -> limitCodes.contains(row.code())),
                only(tierLimits, row -> tierCodes.contains(row.tier()) && limitCodes.contains(row.limit())),
                only(modelGroups, row -> groupCodes.contains(row.code())),
                only(tierModelGroups, row -> tierCodes.contains(row.tier()) && groupCodes.contains(row.group())),
                gatingMode);
    }

    private static <T> List<T> only(List<T> rows, Predicate<T> condition) {
        return rows.stream().filter(condition).toList();
    }

    private static <T> Set<@Nullable String> codes(List<T> rows, Function<T, @Nullable String> code) {
        Set<@Nullable String> codes = new HashSet<@Nullable String>();
        rows.forEach(row -> codes.add(code.apply(row)));
        return codes;
    }

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
            @Nullable String modelGroup) {

        FeatureRow {
            dependencies = List.copyOf(dependencies);
        }
    }

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
            List<String> models) {

        ModelGroup {
            models = List.copyOf(models);
        }
    }

    record TierModelGroup(
            @Nullable String plan,
            @Nullable String tier,
            @Nullable String group) {}
}
