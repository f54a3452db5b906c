package dev.tiergate.routes;

import dev.tiergate.plugin.Quota;
import dev.tiergate.plugin.QuotaFactory;

/**
 * A limit that a plugin counts, with its configuration.
 *
 * @param code what {@code charge} calls it
 */
public record QuotaUse(String code, QuotaFactory<?> factory, Record config) {

    /** One of its own for each event loop. */
    public Quota quota() {
        return made(factory);
    }

    private <C extends Record> Quota made(QuotaFactory<C> typed) {
        return typed.create(code, typed.configType().cast(config));
    }
}
