package dev.tiergate.identity;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A NumericDate of RFC 7519 section 2: seconds since 1970 as a JSON number, possibly with a fraction. */
final class NumericDate {

    /** The end of the year 9999. What lies beyond is a mistake or an attempt to overflow. */
    private static final long MAX_SECONDS = 253_402_300_799L;

    private static final long MILLIS = 1_000;

    private NumericDate() {}

    /** Milliseconds since 1970; empty for everything that is not a number, and for years outside of -9999 to 9999. */
    static OptionalLong millis(@Nullable Object value) {
        if (value instanceof Long seconds && seconds >= -MAX_SECONDS && seconds <= MAX_SECONDS) {
            return OptionalLong.of(seconds * MILLIS);
        }
        if (value instanceof Double seconds && Math.abs(seconds) <= MAX_SECONDS) {
            return OptionalLong.of((long) Math.floor(seconds * MILLIS));
        }
        return OptionalLong.empty();
    }
}
