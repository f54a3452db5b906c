package dev.tiergate.plugin.testkit;

import dev.tiergate.plugin.PluginContext;
import dev.tiergate.plugin.PluginMetrics;
import dev.tiergate.plugin.Targets;
import dev.tiergate.plugin.UsageReader;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a check is made with, made by hand. It counts what the check counts.
 *
 * @param counters how often each series was counted, by its name and its tags; 0 from when the check asks for it
 */
record TestContext(Vertx vertx, String routeId, Collection<String> upstreams, Map<List<String>, AtomicInteger> counters)
        implements PluginContext {

    TestContext(Vertx vertx, String routeId, Collection<String> upstreams) {
        this(vertx, routeId, upstreams, new HashMap<>());
    }

    @Override
    public PluginMetrics metrics() {
        return (name, tags) -> {
            List<String> series = new ArrayList<>(List.of(name));
            series.addAll(List.of(tags));
            return counters.computeIfAbsent(List.copyOf(series), first -> new AtomicInteger())::incrementAndGet;
        };
    }

    @Override
    public UsageReader usage() {
        return new TestUsage();
    }

    @Override
    public Targets targets() {
        return new Anywhere();
    }

    /** A test's own services are on this machine. */
    private record Anywhere() implements Targets {

        @Override
        public Optional<String> objection(URI url) {
            return Optional.empty();
        }

        @Override
        public Optional<String> objection(String host, @Nullable SocketAddress connected) {
            return Optional.empty();
        }
    }
}
