package dev.tiergate.edge;

import io.vertx.core.MultiMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Refuses header fields that HTTP/2 can carry and HTTP/1.1 cannot say: passed on, they would split into headers or requests
 * of their own (RFC 9113, section 8.2.1).
 */
final class HeaderGuard {

    private static final boolean[] TOKEN = new boolean[128];

    static {
        String token = "abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~";
        for (int i = 0; i < token.length(); i++) {
            TOKEN[token.charAt(i)] = true;
        }
    }

    private HeaderGuard() {}

    /** What is wrong with an HTTP/1 request's fields: its decoder has refused all but one without a name. */
    static @Nullable String flaw(MultiMap headers) {
        return headers.contains("") ? "A header has no name" : null;
    }

    /** What is wrong with an HTTP/2 request's fields, as a sentence for the client; null when nothing is. */
    static @Nullable String flaw(MultiMap headers, @Nullable String scheme) {
        if (!"http".equals(scheme) && !"https".equals(scheme)) {
            return "The :scheme is neither http nor https";
        }
        for (Map.Entry<String, String> header : headers) {
            if (!name(header.getKey())) {
                return "A header name holds a character that is not allowed";
            }
            if (!value(header.getValue())) {
                return "A header value holds a control character";
            }
        }
        return null;
    }

    private static boolean name(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= TOKEN.length || !TOKEN[c]) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    private static boolean value(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < 0x20 && c != '\t') || c == 0x7f) {
                return false;
            }
        }
        return true;
    }
}
