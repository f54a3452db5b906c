package dev.tiergate.plugin.testkit;

import dev.tiergate.plugin.Availability;
import dev.tiergate.plugin.Availability.Source;
import dev.tiergate.plugin.Entitlements;
import dev.tiergate.plugin.FeatureRef;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Need;
import dev.tiergate.plugin.StoreRef;
import dev.tiergate.plugin.TierRef;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A store as a check sees it, made by hand: it has the features that it is said to have, and nothing else. No tier is
 * offered to it.
 *
 * @param features those that it may use, by code, with the models of each, lower case
 * @param limits those that bind it
 * @param betas features that are beta, whether or not it may use them
 * @param wanted features that it has asked to try
 */
public record TestStore(
        StoreRef store,
        boolean active,
        TierRef tier,
        Map<String, Set<String>> features,
        List<Limit> limits,
        Set<String> betas,
        Set<String> wanted)
        implements Entitlements {

    public TestStore {
        features = Map.copyOf(features);
        limits = List.copyOf(limits);
        betas = Set.copyOf(betas);
        wanted = Set.copyOf(wanted);
    }

    /** An active store of the plan {@code orion}, in UTC, that has no feature. */
    public static TestStore of(String externalId, String tier) {
        var ref = new StoreRef(externalId, externalId, externalId, "orion", ZoneOffset.UTC, Instant.EPOCH);
        return new TestStore(ref, true, new TierRef(tier, tier, 1), Map.of(), List.of(), Set.of(), Set.of());
    }

    public TestStore in(ZoneId zone) {
        var there = new StoreRef(
                store.externalId(), store.code(), store.name(), store.plan(), zone, store.periodAnchorMicros());
        return new TestStore(there, active, tier, features, limits, betas, wanted);
    }

    /** It may use this feature too, with these models. */
    public TestStore with(String feature, String... models) {
        Map<String, Set<String>> more = new LinkedHashMap<>(features);
        more.put(feature, Set.of(models));
        return new TestStore(store, active, tier, more, limits, betas, wanted);
    }

    public TestStore limitedBy(Limit... those) {
        return new TestStore(store, active, tier, features, List.of(those), betas, wanted);
    }

    /** These features are beta. */
    public TestStore whereBeta(String... codes) {
        return new TestStore(store, active, tier, features, limits, Set.of(codes), wanted);
    }

    /** It has asked to try these features. */
    public TestStore optedInto(String... codes) {
        return new TestStore(store, active, tier, features, limits, betas, Set.of(codes));
    }

    @Override
    public Optional<FeatureRef> feature(String code) {
        return features.containsKey(code) ? Optional.of(new FeatureRef(code, code)) : Optional.empty();
    }

    @Override
    public Availability availability(String code, Instant now) {
        var known = features.containsKey(code);
        return new Availability(known, known ? Source.TIER : Source.UNKNOWN, null);
    }

    @Override
    public boolean holdsTier(String code) {
        return tier.code().equals(code);
    }

    @Override
    public Set<String> roles(String code) {
        return Set.of();
    }

    @Override
    public boolean beta(String code) {
        return betas.contains(code);
    }

    @Override
    public boolean optedIn(String code) {
        return wanted.contains(code);
    }

    @Override
    public Set<String> models(String code, Instant now) {
        return features.getOrDefault(code, Set.of());
    }

    @Override
    public boolean holdsModelGroup(String group) {
        return false;
    }

    @Override
    public Optional<String> modelGroup(String model) {
        return Optional.empty();
    }

    @Override
    public List<Limit> limits(String code, Instant now) {
        return limits.stream().filter(limit -> limit.featureCode().equals(code)).toList();
    }

    @Override
    public Optional<Limit> limit(String code, Instant now) {
        return limits.stream().filter(limit -> limit.code().equals(code)).findFirst();
    }

    @Override
    public Optional<Upgrade> upgrade(Need need, Instant now) {
        return Optional.empty();
    }
}
