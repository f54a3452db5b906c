package dev.tiergate;

import dev.tiergate.plugin.EventSink;
import dev.tiergate.plugins.PluginGuards;
import dev.tiergate.plugins.PluginRuntime;
import dev.tiergate.routes.SinkUse;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/** Makes event sinks on the event loop that asks them. They outlive a routes.yaml that leaves them as they are. */
final class SinkMaker {

    private final PluginRuntime plugins;
    private final Vertx vertx;
    private @Nullable PluginGuards guards;

    SinkMaker(PluginRuntime plugins, Vertx vertx) {
        this.plugins = plugins;
        this.vertx = vertx;
    }

    /** On one event loop always. */
    EventSink make(SinkUse use) {
        var made = guards;
        if (made == null) {
            made = plugins.onLoop(vertx);
            guards = made;
        }
        return made.guarded(use);
    }
}
