package dev.tiergate.limits;

import dev.tiergate.GivenPlugin;
import dev.tiergate.plugin.Cost;
import dev.tiergate.routes.Mode;
import dev.tiergate.routes.Route.Charge;
import dev.tiergate.routes.Route.Charge.On;
import dev.tiergate.routes.Route.PluginUse;
import io.vertx.core.Future;
import java.util.function.Function;

/** Charges whose cost a plugin tells. */
final class Prices {

    /** Where no plugin tells anything. */
    static final Function<PluginUse, Cost> NONE = use -> {
        throw new AssertionError("no charge here is told by a plugin");
    };

    private static final PluginUse PLUGIN = new PluginUse(
            GivenPlugin.of("given", call -> Future.failedFuture("never asked")),
            new GivenPlugin.Config(),
            PluginUse.Level.ROUTE,
            Mode.ENFORCE,
            PluginUse.OnFailure.REFUSE,
            PluginUse.DEFAULT_DEADLINE);

    private Prices() {}

    static Charge by(String limit, long max, long otherwise, On on) {
        return new Charge(limit, max, on, new Charge.By(PLUGIN, otherwise));
    }
}
