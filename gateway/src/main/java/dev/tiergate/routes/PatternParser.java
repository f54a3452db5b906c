package dev.tiergate.routes;

import dev.tiergate.routes.PathPattern.Segment;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A path of routes.yaml to its pattern. What path reading refuses in a request is refused here too, since it could never
 * match; literals become canonical, unreserved characters decoded and hex in capitals.
 */
final class PatternParser {

    private static final Pattern NAMED = Pattern.compile("\\{([A-Za-z_][A-Za-z0-9_-]*)}");
    private static final String RESERVED = "!$&'()*+,=:@[]";
    private static final String UNRESERVED = "-._~";

    private final Set<PathQuirk> quirks;
    private final Set<String> names = new HashSet<>();

    private PatternParser(Set<PathQuirk> quirks) {
        this.quirks = quirks;
    }

    /** @throws IllegalArgumentException with a sentence that says what is wrong and what would be right */
    static PathPattern parse(String text, Set<PathQuirk> quirks) {
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException("a path begins with a slash: /" + text);
        }
        return new PathPattern(text, new PatternParser(quirks).segments(text));
    }

    private List<Segment> segments(String text) {
        List<Segment> segments = new ArrayList<>();
        String[] parts = text.substring(1).split("/", -1);
        for (int i = 0; i < parts.length; i++) {
            boolean last = i == parts.length - 1;
            if (last && parts[i].isEmpty()) {
                break;
            }
            if (parts[i].equals("**") && !last) {
                throw new IllegalArgumentException("** stands at the end only; use * or {name} for one segment");
            }
            segments.add(segment(parts[i]));
        }
        return segments;
    }

    private Segment segment(String part) {
        if (part.equals("**")) {
            return new Segment.Rest();
        }
        if (part.equals("*")) {
            return new Segment.Any("*");
        }
        var named = NAMED.matcher(part);
        if (named.matches()) {
            if (!names.add(named.group(1))) {
                throw new IllegalArgumentException("the name " + part + " stands twice in the path");
            }
            return new Segment.Any(named.group(1));
        }
        if (part.indexOf('{') >= 0 || part.indexOf('}') >= 0 || part.indexOf('*') >= 0) {
            throw new IllegalArgumentException(
                    "'" + part
                            + "' mixes text with a wildcard; a segment is text, {name}, * or **, and a literal * is written %2A");
        }
        return new Segment.Literal(literal(part));
    }

    private String literal(String part) {
        if (part.isEmpty() && !quirks.contains(PathQuirk.EMPTY_SEGMENTS)) {
            throw new IllegalArgumentException("an empty segment (//) is refused in requests; remove a slash, or write"
                    + " allow: [ empty-segments ]");
        }
        if (part.equals(".") || part.equals("..")) {
            throw new IllegalArgumentException("a segment '" + part + "' is refused in requests; write the path out");
        }
        StringBuilder canonical = new StringBuilder(part.length());
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            if (c == '%') {
                canonical.append(escape(part, i));
                i += 2;
            } else {
                canonical.append(plain(c));
            }
        }
        checkText(part);
        return canonical.toString();
    }

    private char plain(char c) {
        if (c == ';') {
            require(PathQuirk.PATH_PARAMETERS, "a ';'");
        } else if (c > 0x7e) {
            throw new IllegalArgumentException("'" + c + "' stands in paths percent-encoded only: " + encoded(c));
        } else if (!unreserved(c) && RESERVED.indexOf(c) < 0) {
            throw new IllegalArgumentException(
                    c == '?'
                            ? "a path holds no query; remove '?' and what follows"
                            : "'" + c + "' is refused in the path of a request");
        }
        return c;
    }

    private String escape(String part, int at) {
        int value = value(part, at);
        switch (value) {
            case '/' -> require(PathQuirk.ENCODED_SLASH, "%2F");
            case '%' -> require(PathQuirk.ENCODED_PERCENT, "%25");
            case ';' -> require(PathQuirk.PATH_PARAMETERS, "%3B");
            case '\\', '.', '?', '#' ->
                throw new IllegalArgumentException(part.substring(at, at + 3) + " is refused in the path of a request");
            default -> {
                if (value < 0x20 || value == 0x7f) {
                    throw new IllegalArgumentException(
                            "an encoded control character is refused in the path of a request");
                }
            }
        }
        if (value < 0x7f && unreserved((char) value)) {
            return String.valueOf((char) value);
        }
        return "%" + HexFormat.of().withUpperCase().toHexDigits((byte) value);
    }

    private static int value(String part, int at) {
        try {
            return HexFormat.fromHexDigits(part, at + 1, at + 3);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("a % in a path is followed by two hex digits, such as %20", e);
        }
    }

    private void require(PathQuirk quirk, String what) {
        if (!quirks.contains(quirk)) {
            String name = quirk.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
            throw new IllegalArgumentException(
                    what + " is refused in requests unless the route has allow: [ " + name + " ]");
        }
    }

    /** What the whole segment means once decoded: valid UTF-8, and no white space at an end. */
    private void checkText(String part) {
        String decoded = decoded(part);
        if (decoded == null) {
            throw new IllegalArgumentException("'" + part + "' is not UTF-8 once decoded");
        }
        boolean spaced = !decoded.isEmpty()
                && (space(decoded.codePointAt(0)) || space(decoded.codePointBefore(decoded.length())));
        if (spaced) {
            require(PathQuirk.SEGMENT_SPACES, "white space at an end of a segment");
        }
    }

    private static boolean space(int codePoint) {
        return Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint);
    }

    private static @Nullable String decoded(String part) {
        ByteBuffer bytes = ByteBuffer.allocate(part.length());
        for (int i = 0; i < part.length(); i++) {
            if (part.charAt(i) == '%') {
                bytes.put((byte) value(part, i));
                i += 2;
            } else {
                bytes.put((byte) part.charAt(i));
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static String encoded(char c) {
        StringBuilder text = new StringBuilder();
        for (byte b : String.valueOf(c).getBytes(StandardCharsets.UTF_8)) {
            text.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
        }
        return text.toString();
    }

    private static boolean unreserved(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || UNRESERVED.indexOf(c) >= 0;
    }
}
