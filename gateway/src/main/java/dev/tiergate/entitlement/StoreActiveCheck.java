package dev.tiergate.entitlement;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Decision;
import io.vertx.core.Future;
import java.util.Optional;

/** Refuses a store whose subscription is not active. */
public final class StoreActiveCheck implements Check {

    private static final Future<Decision> ALLOWED = Future.succeededFuture(Allow.plain());
    private static final Future<Decision> REFUSED = Future.succeededFuture(FeatureRefusal.suspended());

    @Override
    public Future<Decision> ask(Call call) {
        return call.entitlements().active() ? ALLOWED : REFUSED;
    }

    @Override
    public Optional<Check> again() {
        return Optional.of(this);
    }
}
