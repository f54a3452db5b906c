package dev.tiergate.plugins;

import dev.tiergate.plugin.PluginMetrics;
import dev.tiergate.routes.GatewayConfig;
import dev.tiergate.routes.Route;
import dev.tiergate.routes.Route.Charge;
import dev.tiergate.routes.Route.PluginUse;
import dev.tiergate.routes.TargetRule.Reserved;
import dev.tiergate.telemetry.GateMetrics;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** What the plugins of a gateway have in common on all event loops: their metrics, their faults, and who watches them. */
public final class PluginRuntime implements AutoCloseable {

    private final GateMetrics metrics;
    private final PluginFaults faults;
    private final PluginWatchdog watchdog;
    private final Map<String, PluginCounters> counters = new ConcurrentHashMap<>();

    public PluginRuntime(GateMetrics metrics) {
        this.metrics = metrics;
        this.faults = new PluginFaults(metrics, System::nanoTime);
        this.watchdog = PluginWatchdog.start(faults);
    }

    /**
     * For the present event loop.
     *
     * @param own places that plugins do not speak to
     */
    public PluginGuards onLoop(Vertx vertx, Reserved own) {
        return new PluginGuards(this, vertx, own);
    }

    /** The faults of all plugins that it names are counted from here on, beginning with 0. */
    public void serves(GatewayConfig config) {
        Stream.concat(
                        config.routes().stream().flatMap(PluginRuntime::uses).map(PluginUse::name),
                        config.quotas().values().stream()
                                .map(use -> use.factory().name()))
                .distinct()
                .forEach(metrics::countsPluginFaults);
    }

    private static Stream<PluginUse> uses(Route route) {
        Stream<PluginUse> costs = route.charges().stream()
                .flatMap(charge -> charge.told() instanceof Charge.By by ? Stream.of(by.plugin()) : Stream.empty());
        return Stream.concat(route.plugins().stream(), costs);
    }

    PluginMetrics of(String plugin) {
        return counters.computeIfAbsent(plugin, name -> new PluginCounters(metrics.registry(), name));
    }

    GateMetrics metrics() {
        return metrics;
    }

    PluginFaults faults() {
        return faults;
    }

    PluginWatchdog watchdog() {
        return watchdog;
    }

    @Override
    public void close() {
        watchdog.close();
    }
}
