package dev.tiergate.edge;

import dev.tiergate.routes.IpAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A host and perhaps a port, as in a Host header (RFC 9110, section 7.2), without user information.
 *
 * @param host lower case, without a trailing dot; an IPv6 address in brackets
 * @param port -1 when none is named
 */
record Authority(String host, int port) {

    /** RFC 1035 allows 253 characters; the rest is the port. */
    private static final int MAX_LENGTH = 260;

    private static final int MAX_PORT = 65_535;

    /** Null when the text is no host that all parsers read alike. */
    static @Nullable Authority parse(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            return null;
        }
        int hostEnd = text.charAt(0) == '[' ? text.indexOf(']') + 1 : text.indexOf(':');
        if (hostEnd == 0) {
            return null;
        }
        int end = hostEnd < 0 ? text.length() : hostEnd;
        int port = port(text, end);
        String host = host(text.substring(0, end));
        return host == null || port < -1 ? null : new Authority(host, port);
    }

    private static @Nullable String host(String text) {
        if (text.startsWith("[")) {
            IpAddress address = IpAddress.parse(text.substring(1, text.length() - 1));
            return address == null || text.indexOf(':') < 0 ? null : text.toLowerCase(Locale.ROOT);
        }
        int length = text.endsWith(".") ? text.length() - 1 : text.length();
        char before = '.';
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            boolean label = (c < 0x80 && Character.isLetterOrDigit(c)) || c == '-' || c == '_';
            if (!label && (c != '.' || before == '.')) {
                return null;
            }
            before = c;
        }
        return before == '.' ? null : text.substring(0, length).toLowerCase(Locale.ROOT);
    }

    /** The port after the host's end; -1 when there is none, -2 when it is not a port. */
    private static int port(String text, int hostEnd) {
        if (hostEnd == text.length()) {
            return -1;
        }
        int digits = text.length() - hostEnd - 1;
        if (text.charAt(hostEnd) != ':' || digits == 0 || digits > 5) {
            return -2;
        }
        int port = 0;
        for (int i = hostEnd + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -2;
            }
            port = port * 10 + c - '0';
        }
        return port == 0 || port > MAX_PORT ? -2 : port;
    }

    @Override
    public String toString() {
        return port < 0 ? host : host + ':' + port;
    }
}
