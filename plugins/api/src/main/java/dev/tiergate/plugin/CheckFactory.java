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

    Check create(C config);
}
