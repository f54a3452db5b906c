package dev.tiergate.edge;

import java.nio.charset.StandardCharsets;

/** Any text as a header value: visible ASCII stays, the rest and the percent sign are percent-encoded UTF-8 (RFC 3986, 2.1). */
final class HeaderText {

    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private HeaderText() {}

    static String of(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!plain(text.charAt(i))) {
                return encoded(text);
            }
        }
        return text;
    }

    private static boolean plain(int c) {
        return c > 0x20 && c < 0x7f && c != '%';
    }

    private static String encoded(String text) {
        var out = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (plain(b)) {
                out.append((char) b);
            } else {
                out.append('%').append(HEX[(b >> 4) & 15]).append(HEX[b & 15]);
            }
        }
        return out.toString();
    }
}
