package dev.tiergate.identity;

import dev.tiergate.routes.AuthConfig;
import java.util.EnumSet;
import java.util.Set;

/** The closed list of a configuration. */
final class Algorithms {

    private Algorithms() {}

    /** @throws IllegalArgumentException when the list names one that does not exist here */
    static Set<Algorithm> allowed(AuthConfig auth) {
        Set<Algorithm> allowed = EnumSet.noneOf(Algorithm.class);
        for (String name : auth.algorithms()) {
            allowed.add(Algorithm.named(name)
                    .orElseThrow(() -> new IllegalArgumentException("auth.jwt.algorithms: \"" + name
                            + "\" is none of HS256, HS384, HS512, RS256, RS384, RS512, PS256, PS384, PS512, ES256,"
                            + " ES384, ES512")));
        }
        return allowed;
    }
}
