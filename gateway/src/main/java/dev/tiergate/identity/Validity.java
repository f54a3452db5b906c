package dev.tiergate.identity;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * When a token counts, by its {@code exp}, {@code nbf} and {@code iat} (RFC 7519 section 4.1), leeway included.
 *
 * @param from the first millisecond
 * @param until the first millisecond after
 */
record Validity(long from, long until) {

    boolean holds(long millis) {
        return from <= millis && millis < until;
    }

    /** Null when the token's dates are good at that time; {@link #of} may be asked then. */
    static @Nullable TokenFlaw flaw(Map<String, Object> claims, Duration leeway, Duration maxLifetime, long now) {
        OptionalLong exp = NumericDate.millis(claims.get("exp"));
        if (exp.isEmpty()) {
            return TokenFlaw.EXPIRY;
        }
        if (!readable(claims.get("nbf")) || !readable(claims.get("iat"))) {
            return TokenFlaw.DATES;
        }
        Validity validity = of(claims, leeway);
        if (now >= validity.until) {
            return TokenFlaw.EXPIRED;
        }
        if (now < validity.from) {
            return TokenFlaw.NOT_YET;
        }
        // Without iat the span is measured from now, by a clock that the leeway already allows to differ.
        long issued = NumericDate.millis(claims.get("iat")).orElse(now + leeway.toMillis());
        return exp.getAsLong() - issued > maxLifetime.toMillis() ? TokenFlaw.LIFETIME : null;
    }

    static Validity of(Map<String, Object> claims, Duration leeway) {
        long nbf = NumericDate.millis(claims.get("nbf")).orElse(Long.MIN_VALUE / 2);
        long iat = NumericDate.millis(claims.get("iat")).orElse(Long.MIN_VALUE / 2);
        long exp = NumericDate.millis(claims.get("exp")).orElseThrow();
        return new Validity(Math.max(nbf, iat) - leeway.toMillis(), exp + leeway.toMillis());
    }

    private static boolean readable(@Nullable Object date) {
        return date == null || NumericDate.millis(date).isPresent();
    }
}
