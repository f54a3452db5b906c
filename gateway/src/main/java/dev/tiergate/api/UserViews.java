package dev.tiergate.api;

import dev.tiergate.edge.PhoenixJson;
import dev.tiergate.entitlement.Catalogue.Feature;
import dev.tiergate.entitlement.StoreEntitlements;
import dev.tiergate.plugin.Limit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** What the user API tells, in the shapes and the words that Phoenix pages know. */
final class UserViews {

    private UserViews() {}

    /** The daily limits of all that the store may use: those whose usage {@link #features} wants to know. */
    static List<Limit> dailyLimits(StoreEntitlements entitlements, Instant now) {
        return features(entitlements).stream()
                .filter(feature -> answer(entitlements, feature, now).allowed())
                .flatMap(feature -> entitlements.limits(feature.ref().code(), now).stream())
                .filter(limit -> limit.window() == Limit.Window.DAY)
                .toList();
    }

    /** @param usage of the daily limits */
    static Members features(StoreEntitlements entitlements, List<UsageView> usage, Instant now) {
        var features = new Members();
        for (var feature : features(entitlements)) {
            features.with(feature.ref().code(), feature(entitlements, feature, usage, now));
        }
        var models = entitlements.active() ? new TreeSet<>(entitlements.models("", now)) : new TreeSet<String>();
        var data = new Members()
                .with("tier", entitlements.tier().code())
                .with("features", features)
                .with("models", List.copyOf(models));
        return new Members().with("success", true).with("data", data);
    }

    private static Members feature(
            StoreEntitlements entitlements, Feature feature, List<UsageView> usage, Instant now) {
        var refusal = answer(entitlements, feature, now).refusal();
        Members members = named(feature);
        members.with("accessible", refusal == null);
        members.with("is_beta", feature.beta());
        if (refusal == null) {
            members.with("limits", limits(feature, usage));
        } else {
            members.with("reason", PhoenixJson.reason(refusal));
        }
        return members;
    }

    /** Of several daily limits the one with the least left; without one there is no bound. */
    private static Members limits(Feature feature, List<UsageView> usage) {
        var binding = usage.stream()
                .filter(view -> view.limit().featureCode().equals(feature.ref().code()))
                .min(Comparator.comparing((UsageView view) -> view.limit().unlimited())
                        .thenComparing(view -> view.usage().remaining()))
                .orElse(null);
        return new Members()
                .with("allowed", binding == null || !binding.reached())
                .with("current", binding == null ? 0 : binding.usage().current())
                .with(
                        "limit",
                        binding == null ? Limit.UNLIMITED : binding.limit().value())
                .with(
                        "remaining",
                        binding == null ? Limit.UNLIMITED : binding.usage().remaining());
    }

    /** What the store may not use, and might after an upgrade. */
    static Members suggestions(StoreEntitlements entitlements, Instant now) {
        var suggestions = new ArrayList<Members>();
        for (var feature : features(entitlements)) {
            var refusal = answer(entitlements, feature, now).refusal();
            if (refusal != null && refusal.requiredTier() != null) {
                var suggestion = new Members().with("feature_id", feature.ref().code());
                suggestion.and(named(feature));
                suggestions.add(suggestion);
            }
        }
        return new Members().with("success", true).with("suggestions", suggestions);
    }

    private static Members named(Feature feature) {
        return new Members()
                .with("name", feature.ref().name())
                .with("description", feature.description())
                .with("category", feature.category());
    }

    private static List<Feature> features(StoreEntitlements entitlements) {
        return entitlements.catalogue().featuresOf(entitlements.store().plan());
    }

    private static FeatureAnswer answer(StoreEntitlements entitlements, Feature feature, Instant now) {
        return FeatureAnswer.of(entitlements, feature.ref().code(), now);
    }
}
