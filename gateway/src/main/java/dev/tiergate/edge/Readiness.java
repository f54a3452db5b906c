package dev.tiergate.edge;

import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Whether this node should get requests, and what each of its dependencies says. Filled at start, then read only. */
public final class Readiness {

    private final Map<String, Dependency> dependencies = new LinkedHashMap<>();
    private volatile boolean draining;

    private record Dependency(boolean required, Supplier<Optional<String>> trouble) {}

    /** @param trouble why the dependency does not serve, empty while it does; the node is not ready meanwhile */
    public Readiness require(String name, Supplier<Optional<String>> trouble) {
        dependencies.put(name, new Dependency(true, trouble));
        return this;
    }

    /** Shown, but the node stays ready: its routes have a stated answer without this dependency. */
    public Readiness watch(String name, Supplier<Optional<String>> trouble) {
        dependencies.put(name, new Dependency(false, trouble));
        return this;
    }

    public void drain() {
        draining = true;
    }

    public boolean draining() {
        return draining;
    }

    public boolean ready() {
        return !draining
                && dependencies.values().stream()
                        .noneMatch(d -> d.required && d.trouble.get().isPresent());
    }

    /** {@code {"ready": …, "draining": …, "dependencies": {name: {"state": "up" | "degraded" | "down", "reason"?: …}}}}. */
    JsonObject report() {
        var states = new JsonObject();
        dependencies.forEach((name, dependency) -> states.put(name, state(dependency)));
        return new JsonObject().put("ready", ready()).put("draining", draining).put("dependencies", states);
    }

    private static JsonObject state(Dependency dependency) {
        return dependency
                .trouble
                .get()
                .map(reason -> new JsonObject()
                        .put("state", dependency.required ? "down" : "degraded")
                        .put("reason", reason))
                .orElseGet(() -> new JsonObject().put("state", "up"));
    }
}
