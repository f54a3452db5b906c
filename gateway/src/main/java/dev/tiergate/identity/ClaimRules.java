package dev.tiergate.identity;

import dev.tiergate.plugin.Caller;
import dev.tiergate.routes.AuthConfig;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a token must say, once its signature is known to be good. Every comparison is exact. */
final class ClaimRules {

    private static final Pattern STORE = Pattern.compile("[A-Za-z0-9._:@-]{1,128}");
    // Goes into headers and keys: printable ASCII only.
    private static final Pattern USER = Pattern.compile("[\\x21-\\x7e]{1,255}");
    // As USER, but words may be apart, and no comma, as roles are joined by it.
    private static final Pattern ROLE = Pattern.compile("[\\x21-\\x2b\\x2d-\\x7e][\\x20-\\x2b\\x2d-\\x7e]{0,127}");

    /** The largest integer that every JSON reader takes for the same (RFC 8259 section 6). */
    private static final long MAX_EXACT_INTEGER = (1L << 53) - 1;

    private final AuthConfig auth;

    ClaimRules(AuthConfig auth) {
        this.auth = auth;
    }

    TokenVerdict judge(Map<String, Object> claims, long now) {
        TokenFlaw flaw = Validity.flaw(claims, auth.leeway(), auth.maxLifetime(), now);
        if (flaw == null) {
            flaw = originFlaw(claims);
        }
        return flaw == null ? caller(claims) : new TokenVerdict.Bad(flaw);
    }

    private @Nullable TokenFlaw originFlaw(Map<String, Object> claims) {
        if (auth.issuer() != null && !auth.issuer().equals(claims.get("iss"))) {
            return TokenFlaw.ISSUER;
        }
        return auth.audience() == null || meant(claims.get("aud"), auth.audience()) ? null : TokenFlaw.AUDIENCE;
    }

    /** RFC 7519 section 4.1.3: a string, or an array of strings with ours among them. */
    private static boolean meant(@Nullable Object aud, String audience) {
        if (aud instanceof List<?> several) {
            return several.stream().allMatch(String.class::isInstance) && several.contains(audience);
        }
        return audience.equals(aud);
    }

    private TokenVerdict caller(Map<String, Object> claims) {
        boolean ofStore = !auth.claims().store().isEmpty();
        Optional<String> store = ofStore ? name(at(claims, auth.claims().store()), STORE) : Optional.of("");
        if (store.isEmpty()) {
            return new TokenVerdict.Bad(TokenFlaw.STORE);
        }
        Object userClaim = at(claims, auth.claims().user());
        Optional<String> user = name(userClaim, USER);
        if (user.isEmpty() && (userClaim != null || !ofStore)) {
            return new TokenVerdict.Bad(TokenFlaw.USER);
        }
        Optional<Set<String>> roles = roles(at(claims, auth.claims().roles()));
        if (roles.isEmpty()) {
            return new TokenVerdict.Bad(TokenFlaw.ROLES);
        }
        Caller caller = new Caller(store.get(), user.orElse(null), roles.get(), claims);
        return new TokenVerdict.Good(caller, Validity.of(claims, auth.leeway()));
    }

    /** The value at the end of a path of member names; null where there is none. */
    private static @Nullable Object at(Map<String, Object> claims, List<String> path) {
        Object value = claims;
        for (String name : path) {
            value = value instanceof Map<?, ?> members ? members.get(name) : null;
        }
        return value;
    }

    /** One accepted form each: the text itself, or an integer as decimal text. */
    private static Optional<String> name(@Nullable Object value, Pattern form) {
        if (value instanceof String text && form.matcher(text).matches()) {
            return Optional.of(text);
        }
        if (value instanceof Long number && number >= 0 && number <= MAX_EXACT_INTEGER) {
            return Optional.of(number.toString());
        }
        return Optional.empty();
    }

    /** A list of strings, or words in one string, as {@code scope} has them; empty where it is neither. */
    private static Optional<Set<String>> roles(@Nullable Object value) {
        Object listed = value instanceof String words ? words(words) : value;
        if (listed == null) {
            return Optional.of(Set.of());
        }
        if (!(listed instanceof List<?> given)) {
            return Optional.empty();
        }
        Set<String> roles = new LinkedHashSet<>();
        for (Object role : given) {
            if (!(role instanceof String name) || !ROLE.matcher(name).matches()) {
                return Optional.empty();
            }
            roles.add(name);
        }
        return Optional.of(Collections.unmodifiableSet(roles));
    }

    private static List<String> words(String text) {
        return text.isBlank() ? List.of() : List.of(text.strip().split(" +"));
    }
}
