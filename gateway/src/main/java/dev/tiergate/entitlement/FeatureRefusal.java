package dev.tiergate.entitlement;

import dev.tiergate.plugin.Availability;
import dev.tiergate.plugin.Caller;
import dev.tiergate.plugin.Entitlements;
import dev.tiergate.plugin.Entitlements.Upgrade;
import dev.tiergate.plugin.Need;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** Why a store may not use a feature: what the gate refuses with, and what the APIs tell before anybody asks. */
public final class FeatureRefusal {

    private FeatureRefusal() {}

    /** What the gate would answer this caller, but for limits and models; empty for one who may use the feature. */
    public static Optional<Refuse> find(Entitlements entitlements, Caller caller, String feature, Instant now) {
        if (!entitlements.active()) {
            return Optional.of(
                    suspended().withFeature(entitlements.feature(feature).orElse(null)));
        }
        var availability = entitlements.availability(feature, now);
        return availability.available()
                ? ofRoles(entitlements, feature, caller)
                : Optional.of(of(entitlements, feature, availability, Need.feature(feature, null), now));
    }

    /** Empty for a caller who has one of the roles that the store keeps the feature for. */
    static Optional<Refuse> ofRoles(Entitlements entitlements, String feature, Caller caller) {
        var roles = entitlements.roles(feature);
        if (roles.isEmpty() || roles.stream().anyMatch(caller.roles()::contains)) {
            return Optional.empty();
        }
        var named = roles.stream().sorted().collect(Collectors.joining(", "));
        return Optional.of(Refuse.of(
                        Reason.ROLE_MISSING, "Feature '" + feature + "' is kept for these roles of the store: " + named)
                .withFeature(entitlements.feature(feature).orElse(null)));
    }

    /** The store's subscription is not active, so that it may use nothing. */
    public static Refuse suspended() {
        return Refuse.of(Reason.STORE_SUSPENDED, "The store's subscription is not active");
    }

    /**
     * @param availability what the rule said of the feature: not available
     * @param need all that the tier to change to would have to allow
     */
    public static Refuse of(
            Entitlements entitlements, String feature, Availability availability, Need need, Instant now) {
        var refusal = switch (availability.source()) {
            case UNKNOWN -> Refuse.of(Reason.FEATURE_UNKNOWN, "Feature '" + feature + "' is not in the catalogue");
            case INACTIVE -> Refuse.of(Reason.FEATURE_INACTIVE, "Feature '" + feature + "' is switched off");
            case OVERRIDE ->
                Refuse.of(Reason.FEATURE_DISABLED_FOR_STORE, "Feature '" + feature + "' is disabled for this store");
            case TIER, DEPENDENCY -> upgradable(entitlements, feature, availability, need, now);
        };
        return refusal.withFeature(entitlements.feature(feature).orElse(null));
    }

    private static Refuse upgradable(
            Entitlements entitlements, String feature, Availability availability, Need need, Instant now) {
        var upgrade = entitlements.upgrade(need, now);
        var refusal = availability.source() == Availability.Source.DEPENDENCY
                ? Refuse.of(Reason.DEPENDENCY_MISSING, missing(availability, upgrade))
                : Refuse.of(Reason.TIER_TOO_LOW, "Feature '" + feature + "' " + UpgradeWording.requires(upgrade));
        return refusal.withRequiredTier(upgrade.map(Upgrade::tier).orElse(null));
    }

    private static String missing(Availability availability, Optional<Upgrade> upgrade) {
        var missing = Objects.requireNonNull(availability.missing()).code();
        return upgrade.isEmpty()
                ? "Required feature '" + missing + "' is not available"
                : "Required feature '" + missing + "' is not available: it " + UpgradeWording.requires(upgrade);
    }
}
