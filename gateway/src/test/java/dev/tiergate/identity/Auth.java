package dev.tiergate.identity;

import dev.tiergate.routes.AuthConfig;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Configurations for tests: issuer and audience of {@link Claims}, leeway 5 s, at most 24 h, cookie {@code tiergate}. */
final class Auth {

    static final String ISSUER = "https://id.example.com/";
    static final String AUDIENCE = "shop";
    static final Duration LEEWAY = Duration.ofSeconds(5);
    static final Duration MAX_LIFETIME = Duration.ofHours(24);
    static final String COOKIE = "tiergate";

    private static final URI JWKS = URI.create("https://id.example.com/jwks");

    private Auth() {}

    static AuthConfig jwks(String... algorithms) {
        return of(JWKS, List.of(), null, algorithms);
    }

    static AuthConfig jwksAt(String uri, String... algorithms) {
        return of(URI.create(uri), List.of(), null, algorithms);
    }

    static AuthConfig pem(List<String> publicKeys, String... algorithms) {
        return of(null, publicKeys, null, algorithms);
    }

    static AuthConfig secret(String secret, String... algorithms) {
        return of(null, List.of(), secret, algorithms);
    }

    private static AuthConfig of(
            @Nullable URI jwks, List<String> publicKeys, @Nullable String secret, String... algorithms) {
        return new AuthConfig(
                jwks,
                publicKeys,
                secret,
                Set.of(algorithms),
                ISSUER,
                AUDIENCE,
                LEEWAY,
                MAX_LIFETIME,
                COOKIE,
                false,
                true,
                AuthConfig.ClaimPaths.DEFAULT,
                "");
    }

    static AuthConfig withLeeway(AuthConfig from, Duration leeway) {
        return new AuthConfig(
                from.jwks(),
                from.publicKeys(),
                from.secret(),
                from.algorithms(),
                from.issuer(),
                from.audience(),
                leeway,
                from.maxLifetime(),
                from.cookie(),
                from.requireAtJwt(),
                from.forward(),
                from.claims(),
                "");
    }

    static AuthConfig accessTokensOnly(AuthConfig from) {
        return new AuthConfig(
                from.jwks(),
                from.publicKeys(),
                from.secret(),
                from.algorithms(),
                from.issuer(),
                from.audience(),
                from.leeway(),
                from.maxLifetime(),
                from.cookie(),
                true,
                from.forward(),
                from.claims(),
                "");
    }

    static AuthConfig withoutCookie(AuthConfig from) {
        return new AuthConfig(
                from.jwks(),
                from.publicKeys(),
                from.secret(),
                from.algorithms(),
                from.issuer(),
                from.audience(),
                from.leeway(),
                from.maxLifetime(),
                null,
                from.requireAtJwt(),
                from.forward(),
                from.claims(),
                "");
    }

    /** For another audience, as the admin listener has it, with claims in other places. */
    static AuthConfig forAudience(AuthConfig from, String audience, AuthConfig.ClaimPaths claims) {
        return new AuthConfig(
                from.jwks(),
                from.publicKeys(),
                from.secret(),
                from.algorithms(),
                from.issuer(),
                audience,
                from.leeway(),
                from.maxLifetime(),
                from.cookie(),
                from.requireAtJwt(),
                from.forward(),
                claims,
                "");
    }
}
