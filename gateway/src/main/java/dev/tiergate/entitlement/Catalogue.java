package dev.tiergate.entitlement;

import dev.tiergate.plugin.FeatureRef;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.TierRef;
import dev.tiergate.routes.CatalogueCodes;
import dev.tiergate.routes.Mode;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tiers, features, limits and model groups of all plans in one moment: immutable, whole, replaced whole. */
public final class Catalogue implements CatalogueCodes {

    private final long revision;
    private final Mode gatingMode;
    private final Map<String, Feature> features;
    private final Map<String, List<Feature>> featuresByPlan;
    private final Map<String, Limit> limits;
    private final Map<String, ModelGroup> modelGroups;
    private final Map<String, Plan> plans;

    Catalogue(
            long revision,
            Mode gatingMode,
            Map<String, Feature> features,
            Map<String, Limit> limits,
            Map<String, ModelGroup> modelGroups,
            Map<String, List<Tier>> tiers,
            Holdings holdings) {
        this.revision = revision;
        this.gatingMode = gatingMode;
        this.features = Map.copyOf(features);
        this.featuresByPlan = features.values().stream()
                .sorted(Feature.BY_CATEGORY)
                .collect(Collectors.groupingBy(Feature::plan, Collectors.toUnmodifiableList()));
        this.limits = Map.copyOf(limits);
        this.modelGroups = Map.copyOf(modelGroups);
        this.plans = tiers.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey,
                        entry -> new Plan(new TierViews(this, entry.getKey(), entry.getValue(), holdings).all())));
    }

    /** Takes what makes sense, and tells of what does not. */
    static Catalogue of(CatalogueRows rows, RejectedRows rejected) {
        return new CatalogueReader(rows, rejected).read();
    }

    /** Raised by each change; a higher one is newer. */
    public long revision() {
        return revision;
    }

    /** What the gate may do at most, on every node. */
    public Mode gatingMode() {
        return gatingMode;
    }

    /** The codes of all tiers, of all plans. */
    @Override
    public Set<String> tiers() {
        return plans.values().stream()
                .flatMap(plan -> plan.views().stream())
                .map(view -> view.ref().code())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The codes of all features. */
    @Override
    public Set<String> features() {
        return features.keySet();
    }

    /** The codes of all limits. */
    @Override
    public Set<String> limits() {
        return limits.keySet();
    }

    /** The codes of all model groups. */
    @Override
    public Set<String> modelGroups() {
        return modelGroups.keySet();
    }

    @Override
    public Set<String> creditLimits() {
        return limits.values().stream()
                .filter(limit -> limit.window() == Limit.Window.CREDITS)
                .map(Limit::code)
                .collect(Collectors.toUnmodifiableSet());
    }

    public Set<String> plans() {
        return plans.keySet();
    }

    public Optional<Feature> feature(String code) {
        return Optional.ofNullable(features.get(code));
    }

    /** The features of a plan, by category and code. */
    public List<Feature> featuresOf(String plan) {
        return featuresByPlan.getOrDefault(plan, List.of());
    }

    /** A tier by its plan and its code. */
    public Optional<TierRef> tier(String plan, String code) {
        return Optional.ofNullable(view(plan, code)).map(TierView::ref);
    }

    /** The tiers of a plan, lowest first. */
    public List<Tier> tiersOf(String plan) {
        return viewsOf(plan).stream().map(TierView::tier).toList();
    }

    /** The largest model group of a plan that lists a model, named in any case. */
    Optional<String> modelGroupOf(String plan, String model) {
        var name = model.toLowerCase(Locale.ROOT);
        return modelGroups.values().stream()
                .filter(group -> group.plan().equals(plan) && group.models().contains(name))
                .max(Comparator.comparingInt(
                                (ModelGroup group) -> group.models().size())
                        .thenComparing(ModelGroup::code))
                .map(ModelGroup::code);
    }

    /** A limit without a tier's value: its value here is {@link Limit#UNLIMITED}. */
    public Optional<Limit> limit(String code) {
        return Optional.ofNullable(limits.get(code));
    }

    /** The tier views of a plan, lowest first. */
    List<TierView> viewsOf(String plan) {
        Plan found = plans.get(plan);
        return found == null ? List.of() : found.views();
    }

    @Nullable
    TierView view(String plan, String tier) {
        for (TierView view : viewsOf(plan)) {
            if (view.ref().code().equals(tier)) {
                return view;
            }
        }
        return null;
    }

    /** The view of a tier whose plan is not named: that of the plan, or else of the first by name that has such a tier. */
    @Nullable
    TierView viewInAnyPlan(String preferredPlan, String tier) {
        TierView preferred = view(preferredPlan, tier);
        return preferred != null
                ? preferred
                : plans.keySet().stream()
                        .sorted()
                        .flatMap(plan -> Optional.ofNullable(view(plan, tier)).stream())
                        .findFirst()
                        .orElse(null);
    }

    private record Plan(List<TierView> views) {}

    /**
     * @param offered whether a store can change to it: active and public
     * @param monthlyCents null where no price is named
     */
    public record Tier(
            TierRef ref,
            String plan,
            String description,
            boolean offered,
            @Nullable Long monthlyCents,
            @Nullable Long annualCents) {}

    /**
     * @param quantitative whether it is counted
     * @param minimumTier the lowest tier that holds it; null for none
     * @param dependencies codes of features without which it is not available
     * @param modelGroup narrows the tier's models; null for all of them
     */
    public record Feature(
            FeatureRef ref,
            String plan,
            String description,
            String category,
            boolean quantitative,
            @Nullable String minimumTier,
            boolean active,
            boolean beta,
            List<String> dependencies,
            @Nullable String modelGroup) {

        static final Comparator<Feature> BY_CATEGORY = Comparator.comparing(Feature::category)
                .thenComparing(feature -> feature.ref().code());
    }

    /** @param models lower case */
    record ModelGroup(String code, String plan, Set<String> models) {}

    /**
     * Who holds what; keys are tiers as {@code plan/code}.
     *
     * @param limits values by limit code
     */
    record Holdings(
            Map<String, Set<String>> features,
            Map<String, Map<String, Long>> limits,
            Map<String, Set<String>> modelGroups) {

        static String key(String plan, String tier) {
            return plan + "/" + tier;
        }
    }

    Map<String, Limit> limitsByCode() {
        return limits;
    }

    Map<String, ModelGroup> groupsByCode() {
        return modelGroups;
    }
}
