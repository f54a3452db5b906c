package dev.tiergate.entitlement;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Availability;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Entitlements;
import dev.tiergate.plugin.Entitlements.Upgrade;
import dev.tiergate.plugin.FeatureRef;
import dev.tiergate.plugin.Need;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.routes.Route;
import io.vertx.core.Future;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The route's feature by the one rule. */
public final class FeatureCheck implements Check {

    private static final Future<Decision> ALLOWED = Future.succeededFuture(Allow.plain());

    private final String feature;
    private final Need need;
    private final @Nullable ModelReader models;

    /** @throws IllegalArgumentException when the route asks for no feature */
    public FeatureCheck(Route route, int inspectBytes) {
        if (route.feature() == null) {
            throw new IllegalArgumentException("The route " + route.id() + " asks for no feature");
        }
        this.feature = route.feature();
        this.need = Needs.of(route);
        this.models = ModelReader.of(route.model(), inspectBytes);
    }

    @Override
    public Future<Decision> ask(Call call) {
        var availability = call.entitlements().availability(feature, call.now());
        if (availability.available()) {
            return ALLOWED;
        }
        return switch (availability.source()) {
            case UNKNOWN -> refused(Reason.FEATURE_UNKNOWN, "Feature '" + feature + "' is not in the catalogue", null);
            case INACTIVE -> refused(call, Reason.FEATURE_INACTIVE, "Feature '" + feature + "' is switched off");
            case OVERRIDE ->
                refused(
                        call,
                        Reason.FEATURE_DISABLED_FOR_STORE,
                        "Feature '" + feature + "' is disabled for this store");
            case TIER, DEPENDENCY -> upgradable(call, availability);
        };
    }

    private static Future<Decision> refused(Reason reason, String detail, @Nullable FeatureRef ref) {
        return Future.succeededFuture(Refuse.of(reason, detail).withFeature(ref));
    }

    private Future<Decision> refused(Call call, Reason reason, String detail) {
        return refused(reason, detail, call.entitlements().feature(feature).orElse(null));
    }

    /** The tier that is named has to allow this request as a whole, so what else it asks for is read first. */
    private Future<Decision> upgradable(Call call, Availability availability) {
        if (models == null) {
            return Future.succeededFuture(refusal(call, availability, need));
        }
        return models.readIfPlain(call).map(model -> refusal(call, availability, need.withModel(model.orElse(null))));
    }

    private Decision refusal(Call call, Availability availability, Need whole) {
        Entitlements entitlements = call.entitlements();
        var upgrade = entitlements.upgrade(whole, call.now());
        var refusal = availability.source() == Availability.Source.DEPENDENCY
                ? Refuse.of(Reason.DEPENDENCY_MISSING, missing(availability, upgrade))
                : Refuse.of(Reason.TIER_TOO_LOW, "Feature '" + feature + "' " + Needs.requires(upgrade));
        return refusal.withFeature(entitlements.feature(feature).orElse(null))
                .withRequiredTier(upgrade.map(Upgrade::tier).orElse(null));
    }

    private static String missing(Availability availability, Optional<Upgrade> upgrade) {
        var missing = Objects.requireNonNull(availability.missing()).code();
        return upgrade.isEmpty()
                ? "Required feature '" + missing + "' is not available"
                : "Required feature '" + missing + "' is not available: it " + Needs.requires(upgrade);
    }
}
