package dev.tiergate.plugins;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Cost;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Event;
import dev.tiergate.plugin.EventSink;
import dev.tiergate.plugin.PluginContext;
import dev.tiergate.plugin.PluginMetrics;
import dev.tiergate.plugin.Quota;
import dev.tiergate.plugin.SinkContext;
import dev.tiergate.plugin.Targets;
import dev.tiergate.plugin.UsageReader;
import dev.tiergate.routes.GatewayConfig;
import dev.tiergate.routes.QuotaUse;
import dev.tiergate.routes.Route;
import dev.tiergate.routes.Route.PluginUse;
import dev.tiergate.routes.SinkUse;
import dev.tiergate.telemetry.GateMetrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.Executor;

/** Makes what plugins give, checks, quotas and event sinks, as one event loop asks it. Made on that loop, and used on it alone. */
public final class PluginGuards implements AutoCloseable {

    private final PluginRuntime runtime;
    private final Vertx vertx;
    private final Thread thread = Thread.currentThread();
    private final PluginWatchdog.Slot slot;
    private final ShadowLog shadowLog;

    PluginGuards(PluginRuntime runtime, Vertx vertx) {
        this.runtime = runtime;
        this.vertx = vertx;
        this.slot = runtime.watchdog().slot();
        this.shadowLog = new ShadowLog(runtime.metrics());
    }

    /**
     * A check of its own for the route. Where the plugin cannot make one, each request finds that out as a fault of it.
     *
     * @param config that the route is of
     * @param usage of all stores, for the present event loop
     */
    public Check guarded(PluginUse use, Route route, GatewayConfig config, UsageReader usage) {
        return new GuardedCheck(made(use, route, config, usage), use, this);
    }

    /** What the plugin tells of a charge of the route; closed where it is {@link AutoCloseable}. */
    public Cost cost(PluginUse use, Route route, GatewayConfig config, UsageReader usage) {
        return new GuardedCost(made(use, route, config, usage), guard(use));
    }

    private Check made(PluginUse use, Route route, GatewayConfig config, UsageReader usage) {
        var context = new RouteContext(
                vertx,
                route.id(),
                runtime.of(use.name()),
                chargedBy(usage),
                config.upstreams().keySet(),
                runtime.targets());
        return guard(use).get(() -> use.check(context), PluginGuards::missing);
    }

    private PluginGuard guard(PluginUse use) {
        return new PluginGuard(use.name(), use.deadline(), this);
    }

    private record RouteContext(
            Vertx vertx,
            String routeId,
            PluginMetrics metrics,
            UsageReader usage,
            Collection<String> upstreams,
            Targets targets)
            implements PluginContext {}

    /** A plugin in shadow sees the counters that its route charges. */
    private static UsageReader chargedBy(UsageReader usage) {
        return (call, limit) -> usage.of(call instanceof ShadowCall quiet ? quiet.call() : call, limit);
    }

    private static Future<Decision> missing(Call call) {
        return Future.failedFuture("the plugin made no check");
    }

    /** A limit that a plugin counts. Where the plugin cannot make one, each charge of it fails. */
    public Quota guarded(QuotaUse use) {
        var guard = new PluginGuard(use.factory().name(), use.deadline(), this);
        return new GuardedQuota(guard.get(use::quota, new MissingQuota()), guard);
    }

    /** An event sink. Where the plugin cannot make one, each delivery fails. */
    public EventSink guarded(SinkUse use) {
        var context = new UseContext(vertx, use.name(), use.deadline(), runtime.of(use.kind()), runtime.targets());
        var guard = new PluginGuard(use.kind(), use.deadline(), this);
        return new GuardedSink(guard.get(() -> use.sink(context), PluginGuards::missing), guard);
    }

    private record UseContext(Vertx vertx, String sink, Duration deadline, PluginMetrics metrics, Targets targets)
            implements SinkContext {}

    private static Future<Void> missing(Event event) {
        return Future.failedFuture("the plugin made no sink");
    }

    /** Runs what it is given on this loop, at once where that is the present thread. */
    Executor here() {
        var context = vertx.getOrCreateContext();
        return step -> {
            if (Thread.currentThread() == thread) {
                step.run();
            } else {
                context.runOnContext(now -> step.run());
            }
        };
    }

    Vertx vertx() {
        return vertx;
    }

    PluginWatchdog.Slot slot() {
        return slot;
    }

    PluginFaults faults() {
        return runtime.faults();
    }

    GateMetrics metrics() {
        return runtime.metrics();
    }

    ShadowLog shadowLog() {
        return shadowLog;
    }

    /** The loop has ended. */
    @Override
    public void close() {
        runtime.watchdog().forget(slot);
    }
}
