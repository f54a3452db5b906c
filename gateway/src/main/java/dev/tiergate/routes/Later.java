package dev.tiergate.routes;

import java.util.Set;

/** Names that the format has in store and this version does not read. */
final class Later {

    private static final Set<String> KEYS = Set.of("max-stream");

    private Later() {}

    static boolean key(String name) {
        return KEYS.contains(name);
    }
}
