package dev.tiergate.plugin;

import io.vertx.core.Vertx;
import java.time.Duration;

/** What a plugin is given to make an event sink with. */
public interface SinkContext {

    /** For timers, clients and the like; those of a sink run on the event loop that it is asked from. */
    Vertx vertx();

    /** What routes.yaml calls the sink. */
    String sink();

    /** How long one delivery may take. */
    Duration deadline();

    PluginMetrics metrics();

    /** Where the sink may send requests. */
    Targets targets();
}
