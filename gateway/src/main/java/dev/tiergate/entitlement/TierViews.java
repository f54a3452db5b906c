package dev.tiergate.entitlement;

import dev.tiergate.entitlement.Catalogue.Feature;
import dev.tiergate.entitlement.Catalogue.Holdings;
import dev.tiergate.entitlement.Catalogue.Tier;
import dev.tiergate.plugin.Availability;
import dev.tiergate.plugin.Limit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the tier views of one plan. */
final class TierViews {

    private final Catalogue catalogue;
    private final List<Tier> tiers;
    private final List<Feature> features;
    private final List<Limit> limits;
    private final Holdings holdings;

    TierViews(Catalogue catalogue, String plan, List<Tier> tiers, Holdings holdings) {
        this.catalogue = catalogue;
        this.tiers = tiers.stream()
                .sorted(Comparator.comparingInt(tier -> tier.ref().order()))
                .toList();
        this.features = catalogue.featuresOf(plan);
        this.limits = catalogue.limitsByCode().values().stream()
                .sorted(Comparator.comparing(Limit::code))
                .toList();
        this.holdings = holdings;
    }

    /** Lowest first. */
    List<TierView> all() {
        return tiers.stream().map(this::view).toList();
    }

    private TierView view(Tier tier) {
        var availability = new HashMap<String, Availability>();
        var limitsOf = new HashMap<String, List<Limit>>();
        var models = new HashMap<String, Set<String>>();
        var rule = new Rule(catalogue, tier.plan(), true, held(tier), Map.of(), Instant.EPOCH);
        limitsOf.put("", limitsOf(tier, ""));
        models.put("", modelsOf(tier));
        for (var feature : features) {
            var code = feature.ref().code();
            availability.put(code, rule.decide(code));
            var binding = bindingTier(tier, code);
            limitsOf.put(code, binding == null ? List.of() : limitsOf(binding, code));
            models.put(code, binding == null ? Set.of() : modelsOf(binding, feature));
        }
        return new TierView(
                catalogue,
                tier,
                tier.offered(),
                held(tier),
                Map.copyOf(availability),
                Map.copyOf(limitsOf),
                Map.copyOf(models),
                groups(tier));
    }

    /** The tier whose limits and models bind: where this one does not hold the feature, the lowest that does. */
    private @Nullable Tier bindingTier(Tier tier, String feature) {
        if (held(tier).contains(feature)) {
            return tier;
        }
        return tiers.stream()
                .filter(other -> held(other).contains(feature))
                .findFirst()
                .orElse(null);
    }

    private List<Limit> limitsOf(Tier tier, String feature) {
        var values = holdings.limits().getOrDefault(key(tier), Map.of());
        var found = new ArrayList<Limit>();
        for (var limit : limits) {
            var value = values.get(limit.code());
            if (value != null && limit.featureCode().equals(feature)) {
                found.add(limit.withValue(value));
            }
        }
        return List.copyOf(found);
    }

    private Set<String> modelsOf(Tier tier) {
        var all = new HashSet<String>();
        for (var code : groups(tier)) {
            var group = catalogue.groupsByCode().get(code);
            if (group != null) {
                all.addAll(group.models());
            }
        }
        return Set.copyOf(all);
    }

    private Set<String> modelsOf(Tier tier, Feature feature) {
        if (feature.modelGroup() == null) {
            return modelsOf(tier);
        }
        var group = catalogue.groupsByCode().get(feature.modelGroup());
        var both = new HashSet<>(modelsOf(tier));
        both.retainAll(group == null ? Set.of() : group.models());
        return Set.copyOf(both);
    }

    private Set<String> held(Tier tier) {
        return holdings.features().getOrDefault(key(tier), Set.of());
    }

    private Set<String> groups(Tier tier) {
        return holdings.modelGroups().getOrDefault(key(tier), Set.of());
    }

    private static String key(Tier tier) {
        return Holdings.key(tier.plan(), tier.ref().code());
    }
}
