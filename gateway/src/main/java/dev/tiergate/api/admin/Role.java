package dev.tiergate.api.admin;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What an operator may do; each may what those before it may. */
enum Role {
    VIEWER,
    EDITOR,
    ADMIN;

    /** The highest among a token's roles; empty where none is ours. Compared exactly. */
    static Optional<Role> highest(Set<String> names) {
        Optional<Role> highest = Optional.empty();
        for (Role role : values()) {
            if (names.contains(role.text())) {
                highest = Optional.of(role);
            }
        }
        return highest;
    }

    boolean covers(Role needed) {
        return compareTo(needed) >= 0;
    }

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
