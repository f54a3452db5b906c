package dev.tiergate;

import dev.tiergate.limits.LimitEvents;
import dev.tiergate.limits.NoKeys;
import dev.tiergate.limits.Quotas;
import dev.tiergate.limits.RoomyLedger;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugins.PluginGuards;
import dev.tiergate.routes.GatewayConfig;
import dev.tiergate.routes.LoadResult;
import dev.tiergate.routes.Route;
import dev.tiergate.routes.RoutesLoader;
import dev.tiergate.telemetry.GateMetrics;
import java.time.Instant;
import java.util.List;

/** The checks of a route as the gateway puts them together, before counters that always have room. */
public final class GatedRoute {

    private GatedRoute() {}

    public static GatewayConfig config(String file, List<CheckFactory<?>> plugins) {
        LoadResult result = new RoutesLoader(plugins, name -> null).load("routes.yaml", file, null);
        if (result instanceof LoadResult.Loaded loaded) {
            return loaded.config();
        }
        throw new IllegalArgumentException(
                ((LoadResult.Rejected) result).problems().toString());
    }

    public static List<Check> chain(
            Route route, GatewayConfig config, PluginGuards plugins, GateMetrics metrics, Instant now) {
        return Gateway.chain(
                route, config, new RoomyLedger(now), new NoKeys(), LimitEvents.NONE, Quotas.NONE, plugins, metrics);
    }
}
