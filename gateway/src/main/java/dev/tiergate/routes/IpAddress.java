package dev.tiergate.routes;

import org.jspecify.annotations.Nullable;

/**
 * An IPv4 or IPv6 address. An IPv4 address is held in its IPv6-mapped form, and a mapped one counts as IPv4, so that both
 * spellings of one client are equal.
 *
 * @param high the first 64 bits
 * @param low the last 64 bits
 */
public record IpAddress(long high, long low) {

    private static final long MAPPED = 0xffff_0000_0000L;
    private static final int GROUPS = 8;
    private static final int MAX_LENGTH = 45;

    /** Parses an address literal and never asks a name server; null when it is none. A zone index is left out. */
    public static @Nullable IpAddress parse(String text) {
        int zone = text.indexOf('%');
        String literal = zone < 0 ? text : text.substring(0, zone);
        if (literal.length() > MAX_LENGTH) {
            return null;
        }
        if (literal.indexOf(':') >= 0) {
            return parseV6(literal);
        }
        long v4 = zone < 0 ? parseV4(literal) : -1;
        return v4 < 0 ? null : new IpAddress(0, MAPPED | v4);
    }

    public boolean v4() {
        return high == 0 && low >>> 32 == MAPPED >>> 32;
    }

    /** Four decimal octets without leading zeros, which some parsers take for octal; -1 for anything else. */
    private static long parseV4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return -1;
        }
        long value = 0;
        for (String part : parts) {
            int octet = number(part, 10, 3);
            if (octet < 0 || octet > 255 || (part.length() > 1 && part.charAt(0) == '0')) {
                return -1;
            }
            value = value << 8 | octet;
        }
        return value;
    }

    private static @Nullable IpAddress parseV6(String text) {
        int gap = text.indexOf("::");
        if (gap != text.lastIndexOf("::")) {
            return null;
        }
        int[] head = groups(gap < 0 ? text : text.substring(0, gap), gap < 0);
        int[] tail = gap < 0 ? new int[0] : groups(text.substring(gap + 2), true);
        if (head == null || tail == null) {
            return null;
        }
        int given = head.length + tail.length;
        if (gap < 0 ? given != GROUPS : given >= GROUPS) {
            return null;
        }
        long[] halves = new long[2];
        for (int i = 0; i < GROUPS; i++) {
            int fromTail = i - (GROUPS - tail.length);
            long group = i < head.length ? head[i] : fromTail >= 0 ? tail[fromTail] : 0;
            halves[i / 4] = halves[i / 4] << 16 | group;
        }
        return new IpAddress(halves[0], halves[1]);
    }

    /** Groups of 16 bits between colons; the last may be an IPv4 address where the text is the address's end. */
    private static int @Nullable [] groups(String text, boolean end) {
        if (text.isEmpty()) {
            return new int[0];
        }
        String[] parts = text.split(":", -1);
        boolean dotted = end && parts[parts.length - 1].indexOf('.') >= 0;
        int[] groups = new int[dotted ? parts.length + 1 : parts.length];
        for (int i = 0; i < (dotted ? parts.length - 1 : parts.length); i++) {
            groups[i] = number(parts[i], 16, 4);
            if (groups[i] < 0) {
                return null;
            }
        }
        if (dotted) {
            long v4 = parseV4(parts[parts.length - 1]);
            if (v4 < 0) {
                return null;
            }
            groups[groups.length - 2] = (int) (v4 >>> 16);
            groups[groups.length - 1] = (int) (v4 & 0xffff);
        }
        return groups;
    }

    private static int number(String digits, int radix, int maxLength) {
        if (digits.isEmpty() || digits.length() > maxLength) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(i) < 0x80 ? Character.digit(digits.charAt(i), radix) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value * radix + digit;
        }
        return value;
    }

    /** Dotted for IPv4, as RFC 5952 writes it for IPv6. */
    @Override
    public String toString() {
        return v4() ? dotted() : colons();
    }

    private String dotted() {
        return (low >>> 24 & 0xff) + "." + (low >>> 16 & 0xff) + "." + (low >>> 8 & 0xff) + "." + (low & 0xff);
    }

    private String colons() {
        int start = 0;
        int longest = 1;
        for (int i = 0; i < GROUPS; i++) {
            int zeros = 0;
            while (i + zeros < GROUPS && group(i + zeros) == 0) {
                zeros++;
            }
            if (zeros > longest) {
                start = i;
                longest = zeros;
            }
        }
        if (longest == 1) {
            return hex(0, GROUPS);
        }
        return hex(0, start) + "::" + hex(start + longest, GROUPS);
    }

    private String hex(int from, int to) {
        var text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append(i == from ? "" : ":").append(Long.toHexString(group(i)));
        }
        return text.toString();
    }

    private long group(int index) {
        return (index < 4 ? high : low) >>> (48 - 16 * (index % 4)) & 0xffff;
    }
}
