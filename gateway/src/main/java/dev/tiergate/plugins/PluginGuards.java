package dev.tiergate.plugins;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.PluginContext;
import dev.tiergate.plugin.PluginMetrics;
import dev.tiergate.routes.Route;
import dev.tiergate.routes.Route.PluginUse;
import dev.tiergate.telemetry.GateMetrics;
import dev.tiergate.telemetry.PluginFault;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.concurrent.Executor;

/** Makes the checks of plugins as one event loop asks them. Made on that loop, and used on it alone. */
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
     * @param upstreams the names that the plugin may use
     */
    public Check guarded(PluginUse use, Route route, Collection<String> upstreams) {
        var context = new RouteContext(vertx, route.id(), runtime.of(use.name()), upstreams);
        return new GuardedCheck(made(use, context), use, this);
    }

    private record RouteContext(Vertx vertx, String routeId, PluginMetrics metrics, Collection<String> upstreams)
            implements PluginContext {}

    @SuppressWarnings("IllegalCatch") // it was made when routes.yaml was read; what fails now must not cost the loop
    private Check made(PluginUse use, PluginContext context) {
        try {
            var check = use.check(context);
            if (check != null) {
                return check;
            }
            runtime.faults().happened(use.name(), PluginFault.FAILED, null);
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            runtime.faults().happened(use.name(), PluginFault.THREW, e);
        }
        return PluginGuards::missing;
    }

    private static Future<Decision> missing(Call call) {
        return Future.failedFuture("the plugin made no check");
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
