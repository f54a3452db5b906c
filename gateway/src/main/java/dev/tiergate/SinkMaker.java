package dev.tiergate;

import dev.tiergate.plugin.EventSink;
import dev.tiergate.plugin.Targets;
import dev.tiergate.plugins.PluginGuards;
import dev.tiergate.plugins.PluginRuntime;
import dev.tiergate.routes.SinkUse;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes event sinks on the event loop that asks them. They outlive a routes.yaml that leaves them as they are. */
final class SinkMaker {

    private final PluginRuntime plugins;
    private final Vertx vertx;
    private final Latest targets = new Latest();
    private @Nullable PluginGuards guards;

    SinkMaker(PluginRuntime plugins, Vertx vertx) {
        this.plugins = plugins;
        this.vertx = vertx;
    }

    /** Where all of them may send requests from now on. Called on any thread, before the first is made. */
    void targets(Targets rule) {
        targets.rule = rule;
    }

    /** On one event loop always. */
    EventSink make(SinkUse use) {
        var made = guards;
        if (made == null) {
            made = plugins.onLoop(vertx);
            guards = made;
        }
        return made.guarded(use, targets);
    }

    private static final class Latest implements Targets {

        private volatile @Nullable Targets rule;

        @Override
        public Optional<String> objection(URI url) {
            return Objects.requireNonNull(rule).objection(url);
        }

        @Override
        public Optional<String> objection(String host, @Nullable SocketAddress connected) {
            return Objects.requireNonNull(rule).objection(host, connected);
        }
    }
}
