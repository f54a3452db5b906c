package dev.tiergate.edge;

import dev.tiergate.edge.Reading.Cause;
import dev.tiergate.edge.Reading.Read;
import dev.tiergate.edge.Reading.Refused;
import dev.tiergate.routes.CanonicalPath;
import dev.tiergate.routes.PathQuirk;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A path with escapes or with something else that wants a second look.
 *
 * <p>The value that is forwarded keeps what a route may allow. The segments that are matched do not: path parameters, white
 * space at an end and empty segments are left out, as in the backends that ignore them, so that a wide route which allows
 * them does not lead around the narrow one which does not.
 */
final class CarefulPath {

    /** White space as a canonical path spells it (Unicode White_Space, and what JavaScript and old Unicode trim too). */
    private static final List<String> SPACES = spaces();

    private final String path;
    private final StringBuilder value;
    private final StringBuilder folded = new StringBuilder();
    private final Set<PathQuirk> quirks = EnumSet.noneOf(PathQuirk.class);
    private int at;

    CarefulPath(String path) {
        this.path = path;
        this.value = new StringBuilder(path.length());
    }

    Reading read(@Nullable String query) {
        while (at < path.length()) {
            at++;
            value.append('/');
            int start = value.length();
            Cause cause = decodeSegment();
            if (cause == null) {
                cause = takeSegment(value.substring(start), at == path.length());
            }
            if (cause != null) {
                return new Refused(cause);
            }
        }
        return new Read(
                new CanonicalPath(
                        value.toString(),
                        folded.toString(),
                        PathReader.trailingSlash(value),
                        Collections.unmodifiableSet(quirks)),
                query);
    }

    private @Nullable Cause decodeSegment() {
        while (at < path.length() && path.charAt(at) != '/') {
            char c = path.charAt(at);
            Cause cause = null;
            if (c == '%') {
                cause = decodeEscape();
            } else if (PathReader.plain(c)) {
                value.append(c);
                at++;
            } else if (c == ';') {
                cause = quirk(PathQuirk.PATH_PARAMETERS, ";");
                at++;
            } else {
                cause = c >= 0x7f ? Cause.NON_ASCII : Cause.FORBIDDEN_CHARACTER;
            }
            if (cause != null) {
                return cause;
            }
        }
        return null;
    }

    private @Nullable Cause decodeEscape() {
        int octet = octet(at);
        if (octet < 0) {
            return Cause.BAD_ESCAPE;
        }
        if (octet >= 0x80) {
            return decodeUtf8(octet);
        }
        at += 3;
        if (octet < 0x20 || octet == 0x7f) {
            return Cause.ENCODED_CONTROL;
        }
        return switch (octet) {
            case '.' -> Cause.ENCODED_DOT;
            case '\\' -> Cause.ENCODED_BACKSLASH;
            case '?', '#' -> Cause.ENCODED_DELIMITER;
            case '/' -> quirk(PathQuirk.ENCODED_SLASH, "%2F");
            case '%' -> quirk(PathQuirk.ENCODED_PERCENT, "%25");
            case ';' -> quirk(PathQuirk.PATH_PARAMETERS, "%3B");
            default -> appendOctet(octet);
        };
    }

    /** The octets of one character beyond ASCII, the first of which is given (RFC 3629, section 4). */
    private @Nullable Cause decodeUtf8(int first) {
        int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
        int point = first & (0x3f >> more);
        if (first < 0xc2 || first > 0xf4) {
            return Cause.INVALID_UTF8;
        }
        int start = at;
        at += 3;
        for (int i = 0; i < more; i++, at += 3) {
            int next = octet(at);
            if (next < 0x80 || next > 0xbf) {
                return at < path.length() && path.charAt(at) == '%' && next < 0 ? Cause.BAD_ESCAPE : Cause.INVALID_UTF8;
            }
            point = point << 6 | (next & 0x3f);
        }
        boolean overlong = point < (more == 1 ? 0x80 : more == 2 ? 0x800 : 0x10000);
        if (overlong || point > Character.MAX_CODE_POINT || (point >= 0xd800 && point <= 0xdfff)) {
            return Cause.INVALID_UTF8;
        }
        if (Character.isISOControl(point)) {
            return Cause.ENCODED_CONTROL;
        }
        value.append(path.substring(start, at).toUpperCase(Locale.ROOT));
        return null;
    }

    /** The octet of the escape at an index; -1 when there is none. */
    private int octet(int index) {
        if (index + 2 >= path.length() || path.charAt(index) != '%') {
            return -1;
        }
        int high = hex(path.charAt(index + 1));
        int low = hex(path.charAt(index + 2));
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    /** ASCII only: {@link Character#digit} takes digits of other scripts too. */
    private static int hex(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }

    private @Nullable Cause appendOctet(int octet) {
        char c = (char) octet;
        if (Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '~') {
            value.append(c);
        } else {
            value.append('%');
            value.append(Character.toUpperCase(Character.forDigit(octet >> 4, 16)));
            value.append(Character.toUpperCase(Character.forDigit(octet & 0xf, 16)));
        }
        return null;
    }

    private @Nullable Cause quirk(PathQuirk quirk, String spelling) {
        quirks.add(quirk);
        value.append(spelling);
        return null;
    }

    /** Takes a canonical segment as it is matched, and looks at it as the backends do that cut and trim. */
    private @Nullable Cause takeSegment(String segment, boolean last) {
        if (segment.isEmpty() && last) {
            return null;
        }
        noteSpaces(segment);
        if (dotPart(segment)) {
            return Cause.DOT_SEGMENT;
        }
        String bare = noteSpaces(withoutParameters(segment));
        if (bare.isEmpty()) {
            quirks.add(PathQuirk.EMPTY_SEGMENTS);
        } else {
            folded.append('/').append(bare.toLowerCase(Locale.ROOT));
        }
        return null;
    }

    /** True when a part between encoded slashes is a dot segment to a backend that decodes them. */
    private boolean dotPart(String segment) {
        int from = 0;
        for (int to = 0; to >= 0; from = to + 3) {
            to = segment.indexOf("%2F", from);
            String part = to < 0 ? segment.substring(from) : segment.substring(from, to);
            part = noteSpaces(withoutParameters(part));
            if (PathReader.dots(part, 0, part.length())) {
                return true;
            }
        }
        return false;
    }

    private static String withoutParameters(String segment) {
        int raw = segment.indexOf(';');
        String cut = raw < 0 ? segment : segment.substring(0, raw);
        int encoded = cut.indexOf("%3B");
        return encoded < 0 ? cut : cut.substring(0, encoded);
    }

    private String noteSpaces(String text) {
        String trimmed = trim(text);
        if (trimmed.length() < text.length()) {
            quirks.add(PathQuirk.SEGMENT_SPACES);
        }
        return trimmed;
    }

    private static String trim(String text) {
        int from = 0;
        int to = text.length();
        for (int cut = spaceAt(text, from); cut > 0; cut = spaceAt(text, from)) {
            from += cut;
        }
        for (int cut = spaceBefore(text, from, to); cut > 0; cut = spaceBefore(text, from, to)) {
            to -= cut;
        }
        return text.substring(from, to);
    }

    private static int spaceAt(String text, int from) {
        if (from < text.length() && text.charAt(from) == '%') {
            for (String space : SPACES) {
                if (text.startsWith(space, from)) {
                    return space.length();
                }
            }
        }
        return 0;
    }

    private static int spaceBefore(String text, int from, int to) {
        if (to - 3 >= from && text.charAt(to - 3) == '%') {
            for (String space : SPACES) {
                if (to - space.length() >= from && text.startsWith(space, to - space.length())) {
                    return space.length();
                }
            }
        }
        return 0;
    }

    private static List<String> spaces() {
        List<String> all = new ArrayList<>(List.of("%20", "%C2%A0", "%E1%9A%80", "%E1%A0%8E"));
        for (int i = 0x80; i <= 0x8a; i++) {
            all.add("%E2%80%" + Integer.toHexString(i).toUpperCase(Locale.ROOT));
        }
        all.addAll(List.of("%E2%80%A8", "%E2%80%A9", "%E2%80%AF", "%E2%81%9F", "%E3%80%80", "%EF%BB%BF"));
        return List.copyOf(all);
    }
}
