package dev.tiergate.identity;

import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** base64url as RFC 7515 section 2 wants it: no padding, no white space, one spelling for each value. */
final class Base64Url {

    private static final byte NOT_IN_ALPHABET = -1;
    private static final byte[] VALUES = values();

    private Base64Url() {}

    private static byte[] values() {
        byte[] values = new byte[128];
        Arrays.fill(values, NOT_IN_ALPHABET);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        for (int i = 0; i < alphabet.length(); i++) {
            values[alphabet.charAt(i)] = (byte) i;
        }
        return values;
    }

    /**
     * True when the text is what an encoder would have written. The JDK's decoder takes padding, and any bits after the
     * last byte, so that one signature would have several spellings.
     */
    static boolean canonical(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            if (value(text.charAt(i)) == NOT_IN_ALPHABET) {
                return false;
            }
        }
        return switch (text.length() % 4) {
            case 1 -> false;
            case 2 -> (value(text.charAt(text.length() - 1)) & 0b1111) == 0;
            case 3 -> (value(text.charAt(text.length() - 1)) & 0b11) == 0;
            default -> true;
        };
    }

    private static byte value(char c) {
        return c < VALUES.length ? VALUES[c] : NOT_IN_ALPHABET;
    }

    static Optional<byte[]> decode(String text) {
        return canonical(text) ? Optional.of(Base64.getUrlDecoder().decode(text)) : Optional.empty();
    }

    static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
