package dev.tiergate.edge;

import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.routes.CanonicalPath;
import dev.tiergate.routes.PathQuirk;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a raw request target was read as: one path, or nothing. */
sealed interface Reading {

    /**
     * The target has exactly one reading.
     *
     * @param query as it came, without the question mark; null when the target has none
     */
    record Read(CanonicalPath path, @Nullable String query) implements Reading {

        /** What the path holds that its route does not allow; null when there is nothing of the kind. */
        @Nullable
        Cause notAllowed(Set<PathQuirk> allowed) {
            for (PathQuirk quirk : path.quirks()) {
                if (!allowed.contains(quirk)) {
                    return Cause.of(quirk);
                }
            }
            return null;
        }

        /** The target in origin form, as it is forwarded. */
        String target() {
            return query == null ? path.value() : path.value() + '?' + query;
        }
    }

    /** Two parsers could read the target differently, or it is none. */
    record Refused(Cause cause) implements Reading {}

    /** Why a target is refused. The label counts it in metrics, the detail tells the client. */
    enum Cause {
        TOO_LONG("too-long", "The request target is longer than " + PathReader.MAX_TARGET + " characters"),
        NOT_A_PATH("not-a-path", "The request target must be a path that starts with a slash"),
        USER_INFO("user-info", "The request target must not name a user"),
        OTHER_HOST("other-host", "The request target names another host than the Host header"),
        NETWORK_PATH("network-path", "The request target must not start with two slashes"),
        FORBIDDEN_CHARACTER("forbidden-character", "The path holds a character that must be percent-encoded"),
        NON_ASCII("non-ascii", "The path holds a byte above 0x7e that must be percent-encoded"),
        BAD_ESCAPE("bad-escape", "The path holds a percent sign without two hexadecimal digits"),
        INVALID_UTF8("invalid-utf8", "The decoded path is not valid UTF-8"),
        ENCODED_CONTROL("encoded-control", "The path holds an encoded control character"),
        ENCODED_BACKSLASH("encoded-backslash", "The path holds an encoded backslash"),
        ENCODED_DOT("encoded-dot", "The path holds an encoded dot"),
        ENCODED_DELIMITER("encoded-delimiter", "The path holds an encoded question mark or number sign"),
        DOT_SEGMENT("dot-segment", "The path holds a segment of one or two dots"),
        QUERY_CHARACTER("query-character", "The query holds a character that must be percent-encoded"),
        ENCODED_SLASH("encoded-slash", "The path holds an encoded slash, which this route does not allow"),
        ENCODED_PERCENT("encoded-percent", "The path holds an encoded percent sign, which this route does not allow"),
        PATH_PARAMETERS("path-parameters", "The path holds a semicolon, which this route does not allow"),
        EMPTY_SEGMENT("empty-segment", "The path holds an empty segment, which this route does not allow"),
        SEGMENT_SPACES(
                "segment-spaces",
                "The path holds a segment with white space at an end, which this route does not allow");

        private final String label;
        private final String detail;

        Cause(String label, String detail) {
            this.label = label;
            this.detail = detail;
        }

        static Cause of(PathQuirk quirk) {
            return switch (quirk) {
                case ENCODED_SLASH -> ENCODED_SLASH;
                case ENCODED_PERCENT -> ENCODED_PERCENT;
                case PATH_PARAMETERS -> PATH_PARAMETERS;
                case EMPTY_SEGMENTS -> EMPTY_SEGMENT;
                case SEGMENT_SPACES -> SEGMENT_SPACES;
            };
        }

        /** The metric label, kebab-case. */
        String label() {
            return label;
        }

        String detail() {
            return detail;
        }

        Refuse refusal() {
            return Refuse.of(this == TOO_LONG ? Reason.TARGET_TOO_LONG : Reason.AMBIGUOUS_PATH, detail);
        }
    }
}
