package dev.tiergate.entitlement;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Availability;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Need;
import dev.tiergate.routes.Route;
import io.vertx.core.Future;
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
        this.need = UpgradeWording.of(route);
        this.models = ModelReader.of(route.model(), inspectBytes);
    }

    @Override
    public Future<Decision> ask(Call call) {
        var availability = call.entitlements().availability(feature, call.now());
        if (availability.available()) {
            return ALLOWED;
        }
        return switch (availability.source()) {
            case UNKNOWN, INACTIVE, OVERRIDE -> Future.succeededFuture(refusal(call, availability, need));
            case TIER, DEPENDENCY -> upgradable(call, availability);
        };
    }

    @Override
    public Optional<Check> again() {
        return Optional.of(this);
    }

    /** The tier that is named has to allow this request as a whole, so what else it asks for is read first. */
    private Future<Decision> upgradable(Call call, Availability availability) {
        if (models == null) {
            return Future.succeededFuture(refusal(call, availability, need));
        }
        return models.readIfPlain(call).map(model -> refusal(call, availability, need.withModel(model.orElse(null))));
    }

    private Decision refusal(Call call, Availability availability, Need whole) {
        return FeatureRefusal.of(call.entitlements(), feature, availability, whole, call.now());
    }
}
