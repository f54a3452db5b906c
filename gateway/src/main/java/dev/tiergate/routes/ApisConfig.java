package dev.tiergate.routes;

import java.util.Set;

/**
 * Which of the gateway's own API groups the public listener serves.
 *
 * @param managers roles of a store's people who may keep its features for roles
 */
public record ApisConfig(boolean store, boolean user, boolean ofrep, Set<String> managers) {

    private static final Set<String> OWNERS = Set.of("owner", "admin");

    public static final ApisConfig DEFAULT = new ApisConfig(true, true, true);

    public ApisConfig {
        managers = Set.copyOf(managers);
    }

    public ApisConfig(boolean store, boolean user, boolean ofrep) {
        this(store, user, ofrep, OWNERS);
    }
}
