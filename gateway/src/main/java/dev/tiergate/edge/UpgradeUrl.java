package dev.tiergate.edge;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/** The page where a store changes its tier, from the template of the gateway's settings. */
public final class UpgradeUrl {

    private static final String STORE_CODE = "{store_code}";
    private static final String HEX = "0123456789ABCDEF";

    private UpgradeUrl() {}

    /** Null when the template asks for a store and none is known. */
    public static @Nullable String fill(String template, @Nullable String storeCode) {
        if (!template.contains(STORE_CODE)) {
            return template;
        }
        return storeCode == null ? null : template.replace(STORE_CODE, encode(storeCode));
    }

    /** RFC 3986: all but the unreserved characters as percent-encoded UTF-8. */
    private static String encode(String value) {
        var encoded = new StringBuilder();
        for (byte octet : value.getBytes(UTF_8)) {
            if (octet > 0 && (Character.isLetterOrDigit(octet) || "-._~".indexOf(octet) >= 0)) {
                encoded.append((char) octet);
            } else {
                encoded.append('%').append(HEX.charAt(octet >> 4 & 15)).append(HEX.charAt(octet & 15));
            }
        }
        return encoded.toString();
    }
}
