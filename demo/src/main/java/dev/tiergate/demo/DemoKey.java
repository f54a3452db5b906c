package dev.tiergate.demo;

import dev.tiergate.fixtures.TokenIssuer;
import dev.tiergate.fixtures.TokenMint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The demo's identity provider: one RSA key in a file, so that {@code tiergate token} mints what a running demo accepts. */
final class DemoKey {

    static final String ISSUER = "https://id.tiergate.dev/";
    static final String AUDIENCE = "shop";

    static final String ADMIN_AUDIENCE = "tiergate-admin";

    private static final String FILE = "key.pkcs8";
    private static final String KID = "demo";

    private final TokenMint mint;

    private DemoKey(TokenMint mint) {
        this.mint = mint;
    }

    /** @param folder made where there is none */
    static DemoKey in(Path folder) throws IOException {
        Files.createDirectories(folder);
        return new DemoKey(TokenMint.rs256(KID, folder.resolve(FILE)));
    }

    String jwks() {
        return mint.jwks();
    }

    String token(String store, String user, List<String> roles, Duration lifetime) {
        return token(AUDIENCE, Map.of("store_id", store, "sub", user, "roles", roles), lifetime);
    }

    /** What the admin API takes. */
    String operatorToken(String operator, List<String> roles, Duration lifetime) {
        return token(ADMIN_AUDIENCE, Map.of("sub", operator, "roles", roles), lifetime);
    }

    private String token(String audience, Map<String, ?> claims, Duration lifetime) {
        return new TokenIssuer(mint, ISSUER, audience).token(claims, lifetime);
    }
}
