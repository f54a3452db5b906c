package dev.tiergate.routes;

import java.util.HexFormat;

/**
 * What a canonical segment is compared by. Canonical paths keep reserved characters as they came, {@code @} or
 * {@code %40}; a backend decodes both to the same, so that here they are the same too.
 */
final class SegmentKey {

    private static final String RESERVED = "!$&'()*+,=:@[]";

    private SegmentKey() {}

    /** Without regard to case, ASCII only. */
    static String folded(String segment) {
        return fold(exact(segment));
    }

    /** With regard to case. */
    static String exact(String segment) {
        return segment.indexOf('%') < 0 ? segment : decoded(segment);
    }

    private static String decoded(String segment) {
        StringBuilder key = new StringBuilder(segment.length());
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            int value = c == '%' && i + 2 < segment.length() ? HexFormat.fromHexDigits(segment, i + 1, i + 3) : -1;
            if (value >= 0 && RESERVED.indexOf(value) >= 0) {
                key.append((char) value);
                i += 2;
            } else {
                key.append(c);
            }
        }
        return key.toString();
    }

    private static String fold(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (upper(text.charAt(i))) {
                return folded(text, i);
            }
        }
        return text;
    }

    private static String folded(String text, int from) {
        StringBuilder folded = new StringBuilder(text);
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            folded.setCharAt(i, upper(c) ? (char) (c | 0x20) : c);
        }
        return folded.toString();
    }

    private static boolean upper(char c) {
        return c >= 'A' && c <= 'Z';
    }
}
