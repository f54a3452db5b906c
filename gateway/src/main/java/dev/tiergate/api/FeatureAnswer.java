package dev.tiergate.api;

import dev.tiergate.entitlement.FeatureRefusal;
import dev.tiergate.entitlement.StoreEntitlements;
import dev.tiergate.plugin.Availability;
import dev.tiergate.plugin.Need;
import dev.tiergate.plugin.Refuse;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the gate says to a request for a feature and nothing more, told before anybody asks.
 *
 * @param availability by the one rule
 * @param refusal null where the gate would let it pass
 */
public record FeatureAnswer(
        Availability availability, @Nullable Refuse refusal) {

    public static FeatureAnswer of(StoreEntitlements entitlements, String feature, Instant now) {
        var availability = entitlements.availability(feature, now);
        var suspension = suspension(entitlements);
        if (suspension != null || availability.available()) {
            return new FeatureAnswer(availability, suspension);
        }
        var need = Need.feature(feature, null);
        return new FeatureAnswer(availability, FeatureRefusal.of(entitlements, feature, availability, need, now));
    }

    /** Why a store may use nothing at all; null for one that is active. */
    static @Nullable Refuse suspension(StoreEntitlements entitlements) {
        return entitlements.active() ? null : FeatureRefusal.suspended();
    }

    public boolean allowed() {
        return refusal == null;
    }

    /** What decided, in lower case. */
    String source() {
        return availability.source().name().toLowerCase(Locale.ROOT);
    }
}
