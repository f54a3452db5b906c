package dev.tiergate.upstream;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Signs the identity that a backend is told, so that one that can be reached directly can tell the gateway's word from
 * others'.
 *
 * <p>The header's value is {@code t=SECONDS,v1=HEX}: the unix time, and in lower-case hex the HMAC-SHA256 (RFC 2104)
 * under the shared key of the UTF-8 bytes of store id, feature code, request id and time, each but the last followed by a
 * line feed; what is absent counts as empty. Not thread-safe.
 */
final class Signature {

    private static final String ALGORITHM = "HmacSHA256";

    private final Mac mac;

    Signature(String key) {
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA256 is part of every JDK", e);
        }
    }

    /** @param unixSeconds the time of the signature */
    String of(@Nullable String store, @Nullable String feature, @Nullable String requestId, long unixSeconds) {
        String text = orEmpty(store) + '\n' + orEmpty(feature) + '\n' + orEmpty(requestId) + '\n' + unixSeconds;
        byte[] digest = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        return "t=" + unixSeconds + ",v1=" + HexFormat.of().formatHex(digest);
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
