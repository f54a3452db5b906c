package dev.tiergate.identity;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a token's header may say (RFC 7515 section 4, RFC 8725). It never chooses key material: only the key's name is read. */
final class HeaderRules {

    private static final int MAX_KID_LENGTH = 256;
    private static final String MEDIA_PREFIX = "application/";
    private static final String ACCESS_TOKEN = "at+jwt";
    private static final String EXPLICIT_TYPE = "+jwt";

    // Extensions that must be understood, other payload encodings, nested tokens, compression, encryption, and a key
    // that
    // the token brings along: an access token needs none of them.
    private static final Set<String> NOT_ACCEPTED = Set.of("crit", "b64", "cty", "zip", "enc", "jwk");

    private final Set<Algorithm> allowed;
    private final boolean accessTokenOnly;

    HeaderRules(Set<Algorithm> allowed, boolean accessTokenOnly) {
        this.allowed = Set.copyOf(allowed);
        this.accessTokenOnly = accessTokenOnly;
    }

    /** Null when the header is good. {@code jku}, {@code x5u}, {@code x5c} and members unknown here are not looked at. */
    @Nullable
    TokenFlaw flaw(Map<String, Object> header) {
        if (algorithm(header).isEmpty()) {
            return TokenFlaw.ALGORITHM;
        }
        if (header.keySet().stream().anyMatch(NOT_ACCEPTED::contains)) {
            return TokenFlaw.HEADER;
        }
        if (!typeAccepted(header.get("typ"))) {
            return TokenFlaw.TYPE;
        }
        Object kid = header.get("kid");
        boolean kidTaken =
                kid == null || (kid instanceof String name && !name.isEmpty() && name.length() <= MAX_KID_LENGTH);
        return kidTaken ? null : TokenFlaw.KEY_UNKNOWN;
    }

    /** The algorithm, where it is in the closed list. */
    Optional<Algorithm> algorithm(Map<String, Object> header) {
        return header.get("alg") instanceof String name
                ? Algorithm.named(name).filter(allowed::contains)
                : Optional.empty();
    }

    static @Nullable String kid(Map<String, Object> header) {
        return header.get("kid") instanceof String name ? name : null;
    }

    /**
     * Where no type is asked for, one that names another purpose is still refused (RFC 8725 section 3.11): a logout token is
     * no access token, even from the right issuer.
     */
    private boolean typeAccepted(@Nullable Object typ) {
        if (typ == null) {
            return !accessTokenOnly;
        }
        if (!(typ instanceof String name)) {
            return false;
        }
        String type = name.toLowerCase(Locale.ROOT);
        String bare = type.startsWith(MEDIA_PREFIX) ? type.substring(MEDIA_PREFIX.length()) : type;
        return bare.equals(ACCESS_TOKEN) || (!accessTokenOnly && !bare.endsWith(EXPLICIT_TYPE));
    }
}
