package dev.tiergate.plugin;

/**
 * What a plugin gives to the gateway, found by {@link java.util.ServiceLoader}.
 *
 * @param <C> the configuration as it stands in routes.yaml: a record whose components are the keys (kebab-case in the
 *     file, camelCase in Java) and whose constructor throws {@link IllegalArgumentException} with a plain sentence when
 *     the values cannot work together
 */
public interface CheckFactory<C extends Record> {

    /** The key in a route's {@code plugins} list; lower case, words joined by hyphens. */
    String name();

    Class<C> configType();

    /**
     * Makes a check of its own for each route and event loop. It is called once more when routes.yaml is read, to learn
     * whether the configuration can work; what that gives is closed, never asked. A check that is {@link AutoCloseable} is
     * closed once its routes.yaml serves no longer and the last request that began under it has ended.
     *
     * @throws IllegalArgumentException with a plain sentence when this configuration cannot work here; it becomes a problem
     *     of routes.yaml, with file, line and column
     */
    Check create(C config, PluginContext context);
}
