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
        int segments = countPlainSegments(path, end);
        return segments < 0
                ? new CarefulPath(path).read(query)
                : new Read(new CanonicalPath(path, split(path, segments), trailingSlash(path), Set.of()), query);
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

    /** How many segments a path has that needs no decoding and no second look; -1 when it does need it. */
    private static int countPlainSegments(String path, int end) {
        int count = 0;
        int from = 1;
        for (int i = 1; i <= end; i++) {
            char c = i < end ? path.charAt(i) : '/';
            if (c != '/') {
                if (!plain(c)) {
                    return -1;
                }
            } else if (i > from) {
                if (dots(path, from, i)) {
                    return -1;
                }
                count++;
                from = i + 1;
            } else if (i < end) {
                return -1;
            }
        }
        return count;
    }

    /** True for a segment of one or two dots. */
    static boolean dots(String text, int from, int to) {
        int length = to - from;
        return length > 0 && length <= 2 && text.charAt(from) == '.' && text.charAt(to - 1) == '.';
    }

    static boolean trailingSlash(CharSequence path) {
        return path.length() > 1 && path.charAt(path.length() - 1) == '/';
    }

    private static List<String> split(String path, int count) {
        String[] segments = new String[count];
        int from = 1;
        for (int i = 0; i < count; i++) {
            int slash = path.indexOf('/', from);
            int to = slash < 0 ? path.length() : slash;
            segments[i] = path.substring(from, to).toLowerCase(Locale.ROOT);
            from = to + 1;
        }
        return List.of(segments);
    }
}
