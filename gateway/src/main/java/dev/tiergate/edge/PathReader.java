package dev.tiergate.edge;

import dev.tiergate.edge.Reading.Cause;
import dev.tiergate.edge.Reading.Read;
import dev.tiergate.edge.Reading.Refused;
import dev.tiergate.routes.CanonicalPath;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a raw request target, once; everything after it uses the result. It refuses what two parsers could read
 * differently and repairs nothing, so that no backend reads another path than the one that was gated.
 *
 * <p>Reading is idempotent: the target of what was read reads as the same.
 */
final class PathReader {

    /** RFC 9110, section 4.1 asks for 8000 octets at least; HTTP/1.1 and HTTP/2 share the bound. */
    static final int MAX_TARGET = 8192;

    /** What stands for itself in a path: RFC 3986 pchar without the semicolon, and the two brackets that clients send raw. */
    private static final boolean[] PLAIN = new boolean[128];

    static {
        String plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,=:@[]";
        for (int i = 0; i < plain.length(); i++) {
            PLAIN[plain.charAt(i)] = true;
        }
    }

    private PathReader() {}

    /**
     * @param rawTarget as it came; over HTTP/1.1 each char is one byte
     * @param host what an absolute-form target must name, lower case, without port; null where there is no such form
     */
    static Reading read(String rawTarget, @Nullable String host) {
        if (rawTarget.length() > MAX_TARGET) {
            return new Refused(Cause.TOO_LONG);
        }
        if (rawTarget.startsWith("//")) {
            return new Refused(Cause.NETWORK_PATH);
        }
        return rawTarget.startsWith("/") ? origin(rawTarget) : absolute(rawTarget, host);
    }

    static boolean plain(char c) {
        return c < PLAIN.length && PLAIN[c];
    }

    /** RFC 9112, section 3.2.2. */
    private static Reading absolute(String raw, @Nullable String host) {
        int start = schemeLength(raw);
        if (start == 0) {
            return new Refused(Cause.NOT_A_PATH);
        }
        int end = start;
        while (end < raw.length() && "/?#\\".indexOf(raw.charAt(end)) < 0) {
            end++;
        }
        if (raw.substring(start, end).indexOf('@') >= 0) {
            return new Refused(Cause.USER_INFO);
        }
        Authority named = Authority.parse(raw.substring(start, end));
        if (named == null || !named.host().equals(host)) {
            return new Refused(Cause.OTHER_HOST);
        }
        String rest = raw.substring(end);
        return read(rest.startsWith("/") ? rest : '/' + rest, null);
    }

    private static int schemeLength(String raw) {
        for (String scheme : List.of("http://", "https://")) {
            if (raw.regionMatches(true, 0, scheme, 0, scheme.length())) {
                return scheme.length();
            }
        }
        return 0;
    }

    private static Reading origin(String raw) {
        int mark = raw.indexOf('?');
        int end = mark < 0 ? raw.length() : mark;
        if (mark >= 0 && !cleanQuery(raw, mark + 1)) {
            return new Refused(Cause.QUERY_CHARACTER);
        }
        String query = mark < 0 ? null : raw.substring(mark + 1);
        String path = mark < 0 ? raw : raw.substring(0, mark);
        return plainSegments(path, end)
                ? new Read(new CanonicalPath(path, folded(path), trailingSlash(path), Set.of()), query)
                : new CarefulPath(path).read(query);
    }

    private static boolean cleanQuery(String raw, int from) {
        for (int i = from; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c <= 0x20 || c >= 0x7f || c == '#') {
                return false;
            }
        }
        return true;
    }

    /** Whether a path needs no decoding and no second look. */
    private static boolean plainSegments(String path, int end) {
        int from = 1;
        for (int i = 1; i <= end; i++) {
            char c = i < end ? path.charAt(i) : '/';
            if (c != '/') {
                if (!plain(c)) {
                    return false;
                }
            } else if (i > from) {
                if (dots(path, from, i)) {
                    return false;
                }
                from = i + 1;
            } else if (i < end) {
                return false;
            }
        }
        return true;
    }

    /** True for a segment of one or two dots. */
    static boolean dots(String text, int from, int to) {
        int length = to - from;
        return length > 0 && length <= 2 && text.charAt(from) == '.' && text.charAt(to - 1) == '.';
    }

    static boolean trailingSlash(CharSequence path) {
        return path.length() > 1 && path.charAt(path.length() - 1) == '/';
    }

    /** Most paths are what they are compared by. */
    private static String folded(String path) {
        String segments = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return segments.toLowerCase(Locale.ROOT);
    }
}
