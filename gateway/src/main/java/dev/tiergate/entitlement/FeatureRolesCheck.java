package dev.tiergate.entitlement;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Decision;
import io.vertx.core.Future;
import java.util.Optional;

/** Whether the store leaves the route's feature to this caller: it can keep a feature for some of its people's roles. */
public final class FeatureRolesCheck implements Check {

    private static final Future<Decision> ALLOWED = Future.succeededFuture(Allow.plain());

    private final String feature;

    public FeatureRolesCheck(String feature) {
        this.feature = feature;
    }

    @Override
    public Future<Decision> ask(Call call) {
        return FeatureRefusal.ofRoles(call.entitlements(), feature, call.caller())
                .map(refuse -> Future.<Decision>succeededFuture(refuse))
                .orElse(ALLOWED);
    }

    @Override
    public Optional<Check> again() {
        return Optional.of(this);
    }
}
