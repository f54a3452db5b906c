package dev.tiergate.identity;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Claims of a good token at {@link #NOW}, and variations of them. */
final class Claims {

    static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    static final long SECONDS = NOW.getEpochSecond();

    private Claims() {}

    /** For store 7 and user u-1; issued a minute ago, for an hour. */
    static Map<String, @Nullable Object> good() {
        Map<String, @Nullable Object> claims = new LinkedHashMap<>();
        claims.put("iss", Auth.ISSUER);
        claims.put("aud", Auth.AUDIENCE);
        claims.put("sub", "u-1");
        claims.put("store_id", "7");
        claims.put("iat", SECONDS - 60);
        claims.put("exp", SECONDS + 3_540);
        return claims;
    }

    /** The good ones with one replaced or added; null is JSON's null. */
    static Map<String, @Nullable Object> with(String name, @Nullable Object value) {
        Map<String, @Nullable Object> claims = good();
        claims.put(name, value);
        return claims;
    }

    static Map<String, @Nullable Object> without(String name) {
        Map<String, @Nullable Object> claims = good();
        claims.remove(name);
        return claims;
    }
}
