package dev.tiergate.routes;

import java.util.Set;

/** The codes that routes.yaml may name, as the catalogue has them. */
public interface CatalogueCodes {

    Set<String> tiers();

    Set<String> features();

    Set<String> limits();

    Set<String> modelGroups();

    /** Those of {@link #limits()} that are balances which grants top up. */
    default Set<String> creditLimits() {
        return Set.of();
    }
}
