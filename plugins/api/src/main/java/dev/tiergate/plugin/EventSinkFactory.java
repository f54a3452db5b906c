package dev.tiergate.plugin;

/**
 * A kind of event sink that a plugin gives to the gateway, found by {@link java.util.ServiceLoader}.
 *
 * @param <C> the configuration as it stands in routes.yaml, as for {@link CheckFactory}
 */
public interface EventSinkFactory<C extends Record> {

    /** The kind's key in an item of {@code events.sinks}; lower case, words joined by hyphens. */
    String name();

    Class<C> configType();

    /**
     * Makes a sink. It is called once more when routes.yaml is read, to learn whether the configuration can work; what that
     * gives is closed, never asked.
     *
     * @throws IllegalArgumentException with a plain sentence when this configuration cannot work here; it becomes a problem
     *     of routes.yaml, with file, line and column
     */
    EventSink create(C config, SinkContext context);
}
