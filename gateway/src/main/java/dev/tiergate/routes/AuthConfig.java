package dev.tiergate.routes;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How tokens are verified, and what they say.
 *
 * @param jwks where keys are loaded from; exactly one of jwks, publicKeys and secret is set
 * @param publicKeys PEM texts, or the names of PEM files
 * @param secret for HS256 to HS512, at least 32 bytes
 * @param algorithms the closed list
 * @param issuer null when not checked
 * @param audience null when not checked
 * @param cookie the cookie that may carry a token; null when none is read
 * @param requireAtJwt whether {@code typ} must be {@code at+jwt} (RFC 9068)
 * @param forward whether the Authorization header is passed on
 * @param claims where the claims stand
 * @param keyFiles hashes of the PEM files, so that rules with rotated keys are other rules; empty where there are none
 */
public record AuthConfig(
        @Nullable URI jwks,
        List<String> publicKeys,
        @Nullable String secret,
        Set<String> algorithms,
        @Nullable String issuer,
        @Nullable String audience,
        Duration leeway,
        Duration maxLifetime,
        @Nullable String cookie,
        boolean requireAtJwt,
        boolean forward,
        ClaimPaths claims,
        String keyFiles) {

    /** As many bytes as HS256 hashes to (RFC 7518, section 3.2). */
    static final int MIN_SECRET_BYTES = 32;

    public AuthConfig {
        publicKeys = List.copyOf(publicKeys);
        algorithms = Set.copyOf(algorithms);
        int sources = (jwks == null ? 0 : 1) + (publicKeys.isEmpty() ? 0 : 1) + (secret == null ? 0 : 1);
        if (sources != 1) {
            throw new IllegalArgumentException("keys come from exactly one of jwks, public-keys and secret");
        }
        if (algorithms.isEmpty()) {
            throw new IllegalArgumentException("at least one algorithm is named");
        }
    }

    /**
     * Each a path into the payload, one name a level.
     *
     * @param store the tenant's external id; empty for tokens of operators, which speak for no store
     * @param user the user within the store; must be there where store is empty
     * @param roles a list of strings, or a string of words
     */
    public record ClaimPaths(List<String> store, List<String> user, List<String> roles) {
        public static final ClaimPaths DEFAULT = new ClaimPaths(List.of("store_id"), List.of("sub"), List.of("roles"));
    }

    /** Never prints the secret. */
    @Override
    public String toString() {
        return "AuthConfig[jwks=" + jwks + ", algorithms=" + algorithms + ", issuer=" + issuer + ", audience="
                + audience + "]";
    }
}
