package dev.tiergate.identity;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.MessageDigest;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;

/** The JWK thumbprint with SHA-256 (RFC 7638), which names keys that come without a name. */
final class Thumbprint {

    private Thumbprint() {}

    /** The key, named by its thumbprint. */
    static VerificationKey named(VerificationKey key) {
        return key.named(of(key.key()));
    }

    static String of(Key key) {
        try {
            byte[] canonical = canonicalJwk(key).getBytes(US_ASCII);
            return Base64Url.encode(MessageDigest.getInstance("SHA-256").digest(canonical));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** RFC 7638 section 3.2: the required members alone, by name, without white space. */
    private static String canonicalJwk(Key key) {
        if (key instanceof RSAPublicKey rsa) {
            return "{\"e\":\"" + unsigned(rsa.getPublicExponent()) + "\",\"kty\":\"RSA\",\"n\":\""
                    + unsigned(rsa.getModulus()) + "\"}";
        }
        if (key instanceof ECPublicKey ec) {
            Curve curve = Curve.of(ec.getParams()).orElseThrow();
            int length = curve.coordinateBytes();
            return "{\"crv\":\"" + curve.jwkName() + "\",\"kty\":\"EC\",\"x\":\""
                    + padded(ec.getW().getAffineX(), length) + "\",\"y\":\""
                    + padded(ec.getW().getAffineY(), length) + "\"}";
        }
        throw new IllegalArgumentException("Neither an RSA nor an EC key");
    }

    private static String unsigned(BigInteger number) {
        return padded(number, (number.bitLength() + 7) / 8);
    }

    private static String padded(BigInteger number, int length) {
        byte[] signed = number.toByteArray();
        int skip = Math.max(0, signed.length - length);
        byte[] bytes = new byte[length];
        byte[] magnitude = Arrays.copyOfRange(signed, skip, signed.length);
        System.arraycopy(magnitude, 0, bytes, length - magnitude.length, magnitude.length);
        return Base64Url.encode(bytes);
    }
}
