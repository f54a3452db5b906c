package dev.tiergate.plugin;

/**
 * A kind of limit that a plugin gives to the gateway, found by {@link java.util.ServiceLoader}; there is one factory in a
 * process. What all event loops count together, and what outlives a reload of routes.yaml, is kept in it, or elsewhere.
 *
 * @param <C> the configuration as it stands in routes.yaml, as for {@link CheckFactory}
 */
public interface QuotaFactory<C extends Record> {

    /** The kind's key under {@code quotas}, and what usage calls its window; lower case, words joined by hyphens. */
    String name();

    Class<C> configType();

    /**
     * Makes a quota of its own for each event loop. One that is {@link AutoCloseable} is closed once its routes.yaml serves
     * no longer and the last request that began under it has ended.
     *
     * @param code what routes.yaml calls the limit; {@code charge} names it so, and clients see it as limit_type
     */
    Quota create(String code, C config);
}
