package dev.tiergate.demo;

import dev.tiergate.fixtures.TokenMint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
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
        return token(Map.of("aud", AUDIENCE, "store_id", store), user, roles, lifetime);
    }

    /** What the admin API takes. */
    String operatorToken(String operator, List<String> roles, Duration lifetime) {
        return token(Map.of("aud", ADMIN_AUDIENCE), operator, roles, lifetime);
    }

    private String token(Map<String, ?> own, String subject, List<String> roles, Duration lifetime) {
        var now = Instant.now();
        var claims = new LinkedHashMap<String, Object>(own);
        claims.put("iss", ISSUER);
        claims.put("sub", subject);
        claims.put("roles", roles);
        claims.put("iat", now.getEpochSecond());
        claims.put("exp", now.plus(lifetime).getEpochSecond());
        return mint.token(Map.of(), claims);
    }
}
