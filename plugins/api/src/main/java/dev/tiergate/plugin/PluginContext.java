package dev.tiergate.plugin;

import io.vertx.core.Vertx;
import java.util.Collection;

/** What a plugin is given to make a check with: where the check will be asked, and what it may use. */
public interface PluginContext {

    /** For timers, clients and the like; those of a check run on the event loop that it is asked from. */
    Vertx vertx();

    /** The {@code id} of the route; empty while routes.yaml is only read. */
    String routeId();

    PluginMetrics metrics();

    /** How much of its limits the store of a request has used. */
    UsageReader usage();

    /** The names of {@code upstreams} in routes.yaml, so that a configuration which names another one can be refused. */
    Collection<String> upstreams();

    /** Where the plugin may send requests. */
    Targets targets();
}
