package dev.tiergate.plugin.beta;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.PluginMetrics;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import io.vertx.core.Future;
import java.util.Optional;

/** Whether the store asked to try the route's feature, where the catalogue marks that as beta. */
final class BetaCheck implements Check {

    private static final Reason OPT_IN_REQUIRED = Reason.forbidden("beta_opt_in_required");

    private static final Future<Decision> ALLOWED = Future.succeededFuture(Allow.plain());

    private final Runnable tried;
    private final Runnable refused;

    BetaCheck(PluginMetrics metrics) {
        this.tried = metrics.counter("requests", "outcome", "opted_in");
        this.refused = metrics.counter("requests", "outcome", "refused");
    }

    @Override
    public Future<Decision> ask(Call call) {
        var feature = call.feature().orElse(null);
        if (feature == null || !call.entitlements().beta(feature)) {
            return ALLOWED;
        }
        if (call.entitlements().optedIn(feature)) {
            tried.run();
            return ALLOWED;
        }
        refused.run();
        return Future.succeededFuture(refusal(call, feature));
    }

    private static Refuse refusal(Call call, String feature) {
        var path = "/api/v1/store/features/" + feature + "/opt-in";
        return Refuse.of(
                        OPT_IN_REQUIRED,
                        "Feature '" + feature + "' is in beta; whoever manages the store can opt in with PUT " + path)
                .withFeature(call.entitlements().feature(feature).orElse(null))
                .withMember("opt_in", path);
    }

    /** Streams end when their store leaves the beta. */
    @Override
    public Optional<Check> again() {
        return Optional.of(this);
    }
}
