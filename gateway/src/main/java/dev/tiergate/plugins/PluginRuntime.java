package dev.tiergate.plugins;

import dev.tiergate.plugin.PluginMetrics;
import dev.tiergate.plugin.Targets;
import dev.tiergate.routes.GatewayConfig;
import dev.tiergate.routes.Route;
import dev.tiergate.routes.Route.Charge;
import dev.tiergate.routes.Route.PluginUse;
import dev.tiergate.routes.SinkUse;
import dev.tiergate.routes.TargetRule.Reserved;
import dev.tiergate.telemetry.GateMetrics;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** What the plugins of a gateway have in common on all event loops: metrics, faults, places to speak to, who watches. */
public final class PluginRuntime implements AutoCloseable {

    private final GateMetrics metrics;
    private final PluginFaults faults;
    private final PluginWatchdog watchdog;
    private final PluginTargets targets;
    private final Map<String, PluginCounters> counters = new ConcurrentHashMap<>();

    /** @param own places that no plugin speaks to */
    public PluginRuntime(GateMetrics metrics, Reserved own) {
        this.metrics = metrics;
        this.faults = new PluginFaults(metrics, System::nanoTime);
        this.watchdog = PluginWatchdog.start(faults);
        this.targets = new PluginTargets(own);
    }

    /** For the present event loop. */
    public PluginGuards onLoop(Vertx vertx) {
        return new PluginGuards(this, vertx);
    }

    /** From here on plugins speak to whom it lets them, and the faults of all that it names are counted, beginning with 0. */
    public void serves(GatewayConfig config) {
        targets.follow(config.targets());
        var checks = config.routes().stream().flatMap(PluginRuntime::uses).map(PluginUse::name);
        var quotas = config.quotas().values().stream().map(use -> use.factory().name());
        var sinks = config.events().sinks().values().stream().map(SinkUse::kind);
        Stream.of(checks, quotas, sinks).flatMap(names -> names).distinct().forEach(metrics::countsPluginFaults);
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

    Targets targets() {
        return targets;
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
