package dev.tiergate.api;

import dev.tiergate.api.KnownStores.Asker;
import dev.tiergate.entitlement.Catalogue.Feature;
import dev.tiergate.limits.Names;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.TierRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the store API tells of features, as members of JSON in their order. */
final class FeatureViews {

    private FeatureViews() {}

    /** The codes of all that the store may use now. */
    static Members available(Asker asker, Instant now) {
        var codes = new ArrayList<String>();
        for (var feature : asker.features()) {
            var code = feature.ref().code();
            if (asker.answer(code, now).allowed()) {
                codes.add(code);
            }
        }
        return ofTier(asker, codes);
    }

    /** @param category null for all of the plan */
    static Members all(Asker asker, @Nullable String category, Instant now) {
        var views = new ArrayList<Members>();
        for (var feature : asker.features()) {
            if (category == null || category.equals(feature.category())) {
                views.add(one(asker, feature, now));
            }
        }
        return ofTier(asker, views);
    }

    static Members one(Asker asker, Feature feature, Instant now) {
        var code = feature.ref().code();
        var answer = asker.answer(code, now);
        var members = new Members()
                .with("code", code)
                .with("name", feature.ref().name())
                .with("description", feature.description())
                .with("category", feature.category())
                .with("kind", feature.quantitative() ? "quantitative" : "binary")
                .with("is_beta", feature.beta())
                .with("opted_in", asker.entitlements().optedIn(code))
                .with("is_available", answer.allowed())
                .with("source", answer.source())
                .with("minimum_tier", minimumTier(asker, feature));
        if (answer.refusal() != null) {
            members.with("reason", answer.refusal().reason().code());
        }
        members.with(
                "limits",
                asker.entitlements().limits(code, now).stream()
                        .map(FeatureViews::limit)
                        .toList());
        return members;
    }

    /** @param upgradeUrl where the store changes its tier; null where that is not known */
    static Members check(Asker asker, String feature, @Nullable String upgradeUrl, Instant now) {
        var refusal = asker.answer(feature, now).refusal();
        var members = new Members().with("feature_code", feature).with("has_feature", refusal == null);
        if (refusal != null) {
            members.with("reason", refusal.reason().code());
            members.with(
                    "required_tier",
                    refusal.requiredTier() == null
                            ? null
                            : refusal.requiredTier().name());
            members.with("upgrade_url", upgradeUrl);
        }
        return members;
    }

    private static Members ofTier(Asker asker, List<?> features) {
        return new Members()
                .with("tier_code", asker.entitlements().tier().code())
                .with("tier_name", asker.entitlements().tier().name())
                .with("features", features);
    }

    private static @Nullable Members minimumTier(Asker asker, Feature feature) {
        var code = feature.minimumTier();
        return code == null
                ? null
                : asker.entitlements()
                        .catalogue()
                        .tier(feature.plan(), code)
                        .map(FeatureViews::tier)
                        .orElse(null);
    }

    private static Members tier(TierRef tier) {
        return new Members().with("code", tier.code()).with("name", tier.name()).with("order", tier.order());
    }

    private static Members limit(Limit limit) {
        return new Members()
                .with("limit_type", limit.code())
                .with("name", limit.name())
                .with("window", Names.of(limit.window()))
                .with("scope", Names.of(limit.scope()))
                .with("limit", limit.value())
                .with("is_unlimited", limit.unlimited());
    }
}
