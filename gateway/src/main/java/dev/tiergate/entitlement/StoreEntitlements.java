package dev.tiergate.entitlement;

import dev.tiergate.entitlement.Catalogue.Feature;
import dev.tiergate.entitlement.Catalogue.Tier;
import dev.tiergate.plugin.Availability;
import dev.tiergate.plugin.Entitlements;
import dev.tiergate.plugin.FeatureRef;
import dev.tiergate.plugin.Grant;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Need;
import dev.tiergate.plugin.StoreRef;
import dev.tiergate.plugin.TierRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * {@link Rule}, tier and overrides of one store.
 *
 * <p>A store without overrides answers from its tier's view, which it shares with all others of the tier.
 */
public sealed class StoreEntitlements implements Entitlements permits CachedStore {

    private final StoreRef store;
    private final boolean active;
    private final TierView view;
    private final Map<String, StoreOverride> overrides;
    private final StoreChoices choices;
    private final Map<String, List<Grant>> grants;

    /** @param grants by limit code */
    StoreEntitlements(
            StoreRef store,
            boolean active,
            TierView view,
            Map<String, StoreOverride> overrides,
            StoreChoices choices,
            Map<String, List<Grant>> grants) {
        this.store = store;
        this.active = active;
        this.view = view;
        this.overrides = overrides;
        this.choices = choices;
        this.grants = grants;
    }

    StoreEntitlements(StoreEntitlements other, TierView view) {
        this(other.store, other.active, view, other.overrides, other.choices, other.grants);
    }

    /** That of the store's tier. */
    final TierView view() {
        return view;
    }

    private StoreEntitlements at(TierView other) {
        return new StoreEntitlements(this, other);
    }

    /** The snapshot that these answers come from. */
    public Catalogue catalogue() {
        return view.catalogue();
    }

    @Override
    public StoreRef store() {
        return store;
    }

    @Override
    public boolean active() {
        return active;
    }

    @Override
    public TierRef tier() {
        return view.ref();
    }

    @Override
    public Optional<FeatureRef> feature(String featureCode) {
        return catalogue().feature(featureCode).map(Feature::ref);
    }

    @Override
    public Availability availability(String featureCode, Instant now) {
        if (active && overrides.isEmpty()) {
            var known = view.availability().get(featureCode);
            if (known != null) {
                return known;
            }
        }
        return rule(now).decide(featureCode);
    }

    private Rule rule(Instant now) {
        return new Rule(catalogue(), view.plan(), active, view.held(), overrides, now);
    }

    @Override
    public boolean holdsTier(String tierCode) {
        var named = catalogue().view(view.plan(), tierCode);
        return named != null && view.ref().order() >= named.ref().order();
    }

    @Override
    public Set<String> roles(String featureCode) {
        return choices.roles().getOrDefault(featureCode, Set.of());
    }

    @Override
    public boolean beta(String featureCode) {
        return catalogue().feature(featureCode).map(Feature::beta).orElse(false);
    }

    @Override
    public boolean optedIn(String featureCode) {
        return choices.optIns().contains(featureCode);
    }

    @Override
    public Set<String> models(String featureCode, Instant now) {
        return view.models().getOrDefault(featureCode, Set.of());
    }

    @Override
    public boolean holdsModelGroup(String groupCode) {
        return view.modelGroups().contains(groupCode);
    }

    @Override
    public Optional<String> modelGroup(String model) {
        return catalogue().modelGroupOf(view.plan(), model);
    }

    @Override
    public List<Limit> limits(String featureCode, Instant now) {
        return withGrants(ofTierAndOverride(featureCode, now));
    }

    /** Grants go with the store, whatever its tier. */
    private List<Limit> withGrants(List<Limit> limits) {
        if (grants.isEmpty() || limits.stream().noneMatch(limit -> grants.containsKey(limit.code()))) {
            return limits; // one list for all stores of a tier: who keeps something by it finds it again
        }
        return limits.stream()
                .map(limit -> grants.containsKey(limit.code())
                        ? limit.withGrants(grants.getOrDefault(limit.code(), List.of()))
                        : limit)
                .toList();
    }

    private List<Limit> ofTierAndOverride(String featureCode, Instant now) {
        var fromTier = view.limits().getOrDefault(featureCode, List.of());
        var override = overrides.isEmpty() ? null : rule(now).liveOverride(featureCode);
        if (override == null || override.limits().isEmpty()) {
            return fromTier;
        }
        var own = new ArrayList<Limit>();
        for (var limit : fromTier) {
            var value = override.limits().get(limit.code());
            own.add(value == null ? limit : limit.withValue(value));
        }
        override.limits().forEach((code, value) -> {
            if (fromTier.stream().noneMatch(limit -> limit.code().equals(code))) {
                catalogue().limit(code).map(limit -> limit.withValue(value)).ifPresent(own::add);
            }
        });
        return List.copyOf(own);
    }

    /**
     * Every limit that binds the store, by code: its own, and those of the features that it may use, or might if its
     * subscription were active. Unlimited ones are among them.
     */
    public List<Limit> limits(Instant now) {
        var all = new ArrayList<>(limits("", now));
        var rule = new Rule(catalogue(), view.plan(), true, view.held(), overrides, now);
        for (var feature : catalogue().featuresOf(view.plan())) {
            var code = feature.ref().code();
            var own = limits(code, now);
            if (!own.isEmpty() && rule.decide(code).available()) {
                all.addAll(own);
            }
        }
        all.sort(Comparator.comparing(Limit::code));
        return List.copyOf(all);
    }

    @Override
    public Optional<Limit> limit(String limitCode, Instant now) {
        var known = catalogue().limit(limitCode).orElse(null);
        if (known == null) {
            return Optional.empty();
        }
        for (var limit : limits(known.featureCode(), now)) {
            if (limit.code().equals(limitCode)) {
                return Optional.of(limit);
            }
        }
        return Optional.empty();
    }

    @Override
    public Optional<Upgrade> upgrade(Need need, Instant now) {
        TierRef cheapest = null;
        boolean others = false;
        boolean othersMeetIt = true;
        for (var other : above()) {
            boolean meets = other.meets(need, now);
            if (cheapest != null) {
                others = true;
                othersMeetIt &= meets;
            } else if (meets) {
                cheapest = other.tier();
            }
        }
        return cheapest == null ? Optional.empty() : Optional.of(new Upgrade(cheapest, others && othersMeetIt));
    }

    private boolean meets(Need need, Instant now) {
        var feature = need.featureCode();
        if (feature != null && !availability(feature, now).available()) {
            return false;
        }
        if (need.minimumTier() != null && !holdsTier(need.minimumTier())) {
            return false;
        }
        if (need.modelGroup() != null && !holdsModelGroup(need.modelGroup())) {
            return false;
        }
        if (need.model() != null
                && !models(feature == null ? "" : feature, now)
                        .contains(need.model().toLowerCase(Locale.ROOT))) {
            return false;
        }
        return need.limitCode() == null
                || limit(need.limitCode(), now)
                        .map(limit -> limit.unlimited() || limit.value() >= need.units())
                        .orElse(true);
    }

    /** The first instant after the given one at which something that the store has, or has not, ends by time. */
    public Optional<Instant> nextEnd(Instant after) {
        return overrides.values().stream()
                .flatMap(override -> Stream.ofNullable(override.expiresAt()))
                .filter(end -> end.isAfter(after))
                .min(Comparator.naturalOrder());
    }

    /** The store's tier with its price. */
    public Tier subscription() {
        return view.tier();
    }

    /** What the store might use in each tier on offer above its own, lowest first; its overrides go with it. */
    public List<StoreEntitlements> above() {
        return catalogue().viewsOf(view.plan()).stream()
                .filter(other ->
                        other.offered() && other.ref().order() > view.ref().order())
                .map(this::at)
                .toList();
    }

    @Override
    public String toString() {
        return "StoreEntitlements[" + store.externalId() + ", " + view + "]";
    }
}
