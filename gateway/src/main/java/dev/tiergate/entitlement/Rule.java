package dev.tiergate.entitlement;

import dev.tiergate.entitlement.Catalogue.Feature;
import dev.tiergate.plugin.Availability;
import dev.tiergate.plugin.Availability.Source;
import dev.tiergate.plugin.FeatureRef;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one rule: a feature is available when it is switched on; when a live override says so, or none speaks and the tier
 * holds it; and when all that it depends on is available by the same rule.
 *
 * @param active whether the store's subscription is
 * @param held the features that the tier is assigned
 * @param overrides by feature code
 */
record Rule(
        Catalogue catalogue,
        String plan,
        boolean active,
        Set<String> held,
        Map<String, StoreOverride> overrides,
        Instant now) {

    private static final Availability UNKNOWN = new Availability(false, Source.UNKNOWN, null);
    private static final Availability SWITCHED_OFF = new Availability(false, Source.INACTIVE, null);
    private static final Availability NOT_IN_TIER = new Availability(false, Source.TIER, null);
    private static final Availability IN_TIER = new Availability(true, Source.TIER, null);
    private static final Availability OVERRIDDEN_OFF = new Availability(false, Source.OVERRIDE, null);
    private static final Availability OVERRIDDEN_ON = new Availability(true, Source.OVERRIDE, null);

    /** The catalogue has no cycles, so this ends. */
    Availability decide(String code) {
        var feature = catalogue.feature(code).orElse(null);
        if (feature == null) {
            return UNKNOWN;
        }
        if (!feature.active()) {
            return SWITCHED_OFF;
        }
        if (!active || !feature.plan().equals(plan)) {
            return NOT_IN_TIER;
        }
        var override = liveOverride(code);
        if (override == null && !held.contains(code)) {
            return NOT_IN_TIER;
        }
        if (override != null && !override.enabled()) {
            return OVERRIDDEN_OFF;
        }
        var missing = missingDependency(feature);
        if (missing != null) {
            return new Availability(false, Source.DEPENDENCY, missing);
        }
        return override == null ? IN_TIER : OVERRIDDEN_ON;
    }

    @Nullable
    StoreOverride liveOverride(String code) {
        var override = overrides.get(code);
        return override != null && override.speaksAt(now) ? override : null;
    }

    private @Nullable FeatureRef missingDependency(Feature feature) {
        for (var needed : feature.dependencies()) {
            if (!decide(needed).available()) {
                return catalogue.feature(needed).map(Feature::ref).orElse(new FeatureRef(needed, needed));
            }
        }
        return null;
    }
}
