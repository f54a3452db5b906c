package dev.tiergate.api;

import dev.tiergate.api.KnownStores.Asker;
import dev.tiergate.edge.PhoenixJson;
import dev.tiergate.entitlement.Catalogue.Feature;
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
    static List<Limit> dailyLimits(Asker asker, Instant now) {
        return asker.features().stream()
                .filter(feature -> asker.answer(feature.ref().code(), now).allowed())
                .flatMap(feature -> asker.entitlements().limits(feature.ref().code(), now).stream())
                .filter(limit -> limit.window() == Limit.Window.DAY)
                .toList();
    }

    /** @param usage of the daily limits */
    static Members features(Asker asker, List<UsageView> usage, Instant now) {
        var features = new Members();
        for (var feature : asker.features()) {
            features.with(feature.ref().code(), feature(asker, feature, usage, now));
        }
        var models = asker.entitlements().active()
                ? new TreeSet<>(asker.entitlements().models("", now))
                : new TreeSet<String>();
        var data = new Members()
                .with("tier", asker.entitlements().tier().code())
                .with("features", features)
                .with("models", List.copyOf(models));
        return new Members().with("success", true).with("data", data);
    }

    private static Members feature(Asker asker, Feature feature, List<UsageView> usage, Instant now) {
        var refusal = asker.answer(feature.ref().code(), now).refusal();
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
    static Members suggestions(Asker asker, Instant now) {
        var suggestions = new ArrayList<Members>();
        for (var feature : asker.features()) {
            var refusal = asker.answer(feature.ref().code(), now).refusal();
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
}
