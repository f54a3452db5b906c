package dev.tiergate.entitlement;

import dev.tiergate.plugin.Caller;
import dev.tiergate.plugin.Decision;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Stores of a catalogue for the tests of other packages, and what the gate says to them. */
public final class StoreScene {

    public static final Instant NOW = Fixtures.NOW;

    /** Has one role. */
    public static final Caller CALLER = new Caller("s1", null, Set.of("editor"), Map.of());

    private final Catalogue catalogue;
    private String tier;
    private boolean active = true;
    private final Map<String, StoreOverride> overrides = new HashMap<>();
    private final Map<String, Set<String>> roles = new HashMap<>();
    private final Set<String> optIns = new HashSet<>();

    private StoreScene(Catalogue catalogue, String tier) {
        this.catalogue = catalogue;
        this.tier = tier;
    }

    /** A store of the first tier. */
    public static StoreScene of(String catalogueFile) {
        var catalogue = Fixtures.catalogue(catalogueFile);
        var plan = catalogue.plans().iterator().next();
        return new StoreScene(catalogue, catalogue.tiersOf(plan).get(0).ref().code());
    }

    /** Four tiers on offer, bronze to platinum, and a private one; see {@link Fixtures#SHOP}. */
    public static StoreScene shop(String tier) {
        return of(Fixtures.SHOP).tier(tier);
    }

    public StoreScene tier(String code) {
        this.tier = code;
        return this;
    }

    public StoreScene suspended() {
        this.active = false;
        return this;
    }

    public StoreScene override(String feature, boolean enabled, @Nullable Instant expiresAt) {
        overrides.put(feature, new StoreOverride(enabled, expiresAt, Map.of()));
        return this;
    }

    public StoreScene override(String feature, Map<String, Long> limits) {
        overrides.put(feature, new StoreOverride(true, null, limits));
        return this;
    }

    /** Keeps a feature for those who have one of the roles. */
    public StoreScene roles(String feature, Set<String> needed) {
        roles.put(feature, needed);
        return this;
    }

    /** Asks to try a feature. */
    public StoreScene optIn(String feature) {
        optIns.add(feature);
        return this;
    }

    public StoreEntitlements store() {
        var plain = Fixtures.store(catalogue, tier, active, Map.of());
        var view = catalogue.view(plain.store().plan(), tier);
        if (view == null) {
            throw new AssertionError(tier);
        }
        var choices = StoreChoices.of(Map.copyOf(roles), Set.copyOf(optIns));
        return new StoreEntitlements(plain.store(), active, view, Map.copyOf(overrides), choices, Map.of());
    }

    /** The gate's answer to a request of a route that asks for the feature and nothing more, at {@link #NOW}, by {@link #CALLER}. */
    public static Decision gate(StoreEntitlements entitlements, String feature) {
        var call = FakeCall.of(entitlements);
        var checks = List.of(
                new StoreActiveCheck(),
                new FeatureCheck(Fixtures.route(feature, null, null), 1),
                new FeatureRolesCheck(feature));
        Decision decision = null;
        for (var check : checks) {
            decision = check.ask(call).result();
            if (decision.<Boolean>fold(allow -> false, refuse -> true)) {
                return decision;
            }
        }
        if (decision == null) {
            throw new AssertionError("no check");
        }
        return decision;
    }
}
