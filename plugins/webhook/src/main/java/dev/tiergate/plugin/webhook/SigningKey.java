package dev.tiergate.plugin.webhook;

import dev.tiergate.plugin.Secret;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** One key of Standard Webhooks 1.0: HMAC-SHA256 (RFC 2104), named {@code v1}. Not thread-safe. */
final class SigningKey {

    private static final String PREFIX = "whsec_";
    private static final String ALGORITHM = "HmacSHA256";
    private static final int LEAST_BYTES = 24;
    private static final int MOST_BYTES = 64;

    private final Mac mac;

    private SigningKey(byte[] key) {
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA256 is part of every JDK", e);
        }
    }

    /** @throws IllegalArgumentException without the key, when it is not {@code whsec_} and 24 to 64 bytes in base64 */
    static SigningKey of(Secret secret) {
        byte[] key = decoded(secret.value().strip());
        if (key.length < LEAST_BYTES || key.length > MOST_BYTES) {
            throw new IllegalArgumentException("each of 'keys' must be whsec_ and 24 to 64 bytes in base64;"
                    + " make one with: echo whsec_$(openssl rand -base64 32)");
        }
        return new SigningKey(key);
    }

    private static byte[] decoded(String text) {
        try {
            return text.startsWith(PREFIX) ? Base64.getDecoder().decode(text.substring(PREFIX.length())) : new byte[0];
        } catch (IllegalArgumentException e) {
            return new byte[0]; // the decoder's message would show a part of the key
        }
    }

    /** {@code v1,} and the signature in base64. */
    String sign(byte[] signed) {
        return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed));
    }
}
