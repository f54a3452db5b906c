package dev.tiergate.api;

import dev.tiergate.entitlement.FeatureRefusal;
import dev.tiergate.entitlement.StoreEntitlements;
import dev.tiergate.plugin.Availability;
import dev.tiergate.plugin.Caller;
import dev.tiergate.plugin.Refuse;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the gate says to a caller's request for a feature and nothing more, told before anybody asks.
 *
 * @param availability by the one rule
 * @param refusal null where the gate would let it pass
 */
public record FeatureAnswer(
        Availability availability, @Nullable Refuse refusal) {

    public static FeatureAnswer of(StoreEntitlements entitlements, Caller caller, String feature, Instant now) {
        return new FeatureAnswer(
                entitlements.availability(feature, now),
                FeatureRefusal.find(entitlements, caller, feature, now).orElse(null));
    }

    public boolean allowed() {
        return refusal == null;
    }

    /** What decided, in lower case. */
    String source() {
        return availability.source().name().toLowerCase(Locale.ROOT);
    }
}
