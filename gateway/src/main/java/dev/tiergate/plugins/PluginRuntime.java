package dev.tiergate.plugins;

import dev.tiergate.plugin.PluginMetrics;
import dev.tiergate.routes.GatewayConfig;
import dev.tiergate.routes.SinkUse;
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

    /** For the present event loop. */
    public PluginGuards onLoop(Vertx vertx) {
        return new PluginGuards(this, vertx);
    }

    /** The faults of all plugins that it names are counted from here on, beginning with 0. */
    public void serves(GatewayConfig config) {
        var checks = config.routes().stream()
                .flatMap(route -> route.plugins().stream())
                .map(use -> use.name());
        var quotas = config.quotas().values().stream().map(use -> use.factory().name());
        var sinks = config.events().sinks().values().stream().map(SinkUse::kind);
        Stream.of(checks, quotas, sinks).flatMap(names -> names).distinct().forEach(metrics::countsPluginFaults);
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
