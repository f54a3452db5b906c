package dev.tiergate.routes;

import dev.tiergate.plugin.Quota;
import dev.tiergate.plugin.QuotaFactory;
import dev.tiergate.routes.Route.PluginUse;
import java.time.Duration;
import java.util.Set;

/**
 * A limit that a plugin counts, with its configuration.
 *
 * @param code what {@code charge} calls it
 * @param deadline how long a request waits for the plugin
 */
public record QuotaUse(String code, QuotaFactory<?> factory, Record config, Duration deadline) {

    /** What can stand beside the plugin's name. */
    static final Set<String> KEYS = Set.of("deadline");

    public QuotaUse {
        PluginUse.checkDeadline(deadline);
    }

    /** One of its own for each event loop. */
    public Quota quota() {
        return made(factory);
    }

    private <C extends Record> Quota made(QuotaFactory<C> typed) {
        return typed.create(code, typed.configType().cast(config));
    }
}
