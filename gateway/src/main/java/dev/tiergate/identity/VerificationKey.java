package dev.tiergate.identity;

import java.security.Key;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A key that signatures are verified with.
 *
 * @param id what tokens call it; null when it has no name
 * @param algorithms what it may verify, never empty
 */
record VerificationKey(@Nullable String id, Set<Algorithm> algorithms, Key key) {

    VerificationKey named(@Nullable String name) {
        return new VerificationKey(name, algorithms, key);
    }

    /** True when both verify the same. */
    boolean sameAs(VerificationKey other) {
        return algorithms.equals(other.algorithms) && key.equals(other.key);
    }

    /** Never prints the key: it may be a secret. */
    @Override
    public String toString() {
        return "VerificationKey[id=" + id + ", algorithms=" + algorithms + "]";
    }
}
