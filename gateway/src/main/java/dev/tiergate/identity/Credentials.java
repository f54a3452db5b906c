package dev.tiergate.identity;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that a request carries, in the only places that are read.
 *
 * @param flaw what is wrong already; null where there is something to verify
 * @param authorization the {@code Authorization: Bearer} header's value (RFC 6750 section 2.1); null when there is no such header
 * @param cookies distinct values of the named cookie that look like a token
 */
record Credentials(@Nullable TokenFlaw flaw, @Nullable String authorization, Set<String> cookies) {

    private static final String SCHEME = "Bearer ";

    /** Where the token begins in the header's value: a copy of it for each request would cost more than to look it up. */
    static final int TOKEN = SCHEME.length();

    /** The header's value; a list of all values would be made for each request, for the sake of the few that have two. */
    private static final class Authorization implements BiConsumer<String, String> {

        private static final String NAME = HttpHeaders.AUTHORIZATION.toString();

        private @Nullable String value;
        private boolean twice;

        @Override
        public void accept(String name, String next) {
            if (NAME.equalsIgnoreCase(name)) {
                twice = value != null;
                value = next;
            }
        }
    }

    static Credentials in(MultiMap headers, @Nullable String cookieName) {
        var authorization = new Authorization();
        headers.forEach(authorization);
        Set<String> cookies = cookieName == null ? Set.of() : cookies(headers, cookieName);
        String value = authorization.value;
        if (value == null) {
            return fromCookies(cookies);
        }
        if (authorization.twice) {
            return new Credentials(TokenFlaw.TWO_TOKENS, null, Set.of());
        }
        if (!value.regionMatches(true, 0, SCHEME, 0, TOKEN)) {
            return new Credentials(TokenFlaw.MISSING, null, Set.of());
        }
        if (value.length() > TOKEN + CompactJws.MAX_LENGTH) {
            return new Credentials(TokenFlaw.MALFORMED, null, Set.of());
        }
        // Exactly one space: a second one, or a tab, is part of the token and makes it malformed.
        return new Credentials(null, value, cookies);
    }

    private static Credentials fromCookies(Set<String> cookies) {
        if (cookies.size() == 1) {
            return new Credentials(null, null, cookies);
        }
        return new Credentials(cookies.isEmpty() ? TokenFlaw.MISSING : TokenFlaw.TWO_TOKENS, null, Set.of());
    }

    /** RFC 6265 section 5.4; HTTP/2 may send each pair in a header of its own. */
    private static Set<String> cookies(MultiMap headers, String name) {
        List<String> lines = headers.getAll(HttpHeaders.COOKIE);
        if (lines.isEmpty()) {
            return Set.of();
        }
        Set<String> tokens = new LinkedHashSet<>();
        for (String line : lines) {
            for (String pair : line.split(";")) {
                int equals = pair.indexOf('=');
                if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
                    addToken(tokens, pair.substring(equals + 1).strip());
                }
            }
        }
        return tokens;
    }

    /** What is not three base64url segments is some other application's cookie and counts as absent. */
    private static void addToken(Set<String> tokens, String value) {
        if (CompactJws.looksLike(value)) {
            tokens.add(value);
        }
    }
}
