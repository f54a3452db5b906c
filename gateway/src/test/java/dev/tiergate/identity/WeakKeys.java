package dev.tiergate.identity;

import java.math.BigInteger;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

/** Keys as JWKs, also such as nobody should have. */
final class WeakKeys {

    private static final int PRIME_BITS = 1040;

    private WeakKeys() {}

    /** A modulus of more than 2048 bits whose primes are {@code k * M + (65537^a mod M)}. */
    static BigInteger rocaModulus() {
        Random random = new Random(20_171_016);
        return rocaPrime(random).multiply(rocaPrime(random));
    }

    private static BigInteger rocaPrime(Random random) {
        BigInteger m = BigInteger.ONE;
        for (int prime = 2; prime <= 167; prime++) {
            BigInteger candidate = BigInteger.valueOf(prime);
            m = candidate.isProbablePrime(50) ? m.multiply(candidate) : m;
        }
        BigInteger prime = BigInteger.ZERO;
        while (!prime.isProbablePrime(50)) {
            BigInteger k = new BigInteger(PRIME_BITS - m.bitLength(), random).setBit(PRIME_BITS - m.bitLength() - 1);
            BigInteger power = BigInteger.valueOf(65_537).modPow(new BigInteger(62, random), m);
            prime = k.multiply(m).add(power);
        }
        return prime;
    }

    static Map<String, Object> rsaJwk(String kid, BigInteger modulus, BigInteger exponent) {
        return Map.of("kty", "RSA", "kid", kid, "n", unsigned(modulus), "e", unsigned(exponent));
    }

    static Map<String, Object> ecJwk(String kid, ECPublicKey key) {
        int length = (key.getParams().getCurve().getField().getFieldSize() + 7) / 8;
        return Map.of(
                "kty",
                "EC",
                "kid",
                kid,
                "crv",
                "P-" + key.getParams().getCurve().getField().getFieldSize(),
                "x",
                padded(key.getW().getAffineX(), length),
                "y",
                padded(key.getW().getAffineY(), length));
    }

    private static String unsigned(BigInteger number) {
        return padded(number, (number.bitLength() + 7) / 8);
    }

    private static String padded(BigInteger number, int length) {
        byte[] bytes = number.toByteArray();
        byte[] padded = new byte[length];
        byte[] magnitude = Arrays.copyOfRange(bytes, Math.max(0, bytes.length - length), bytes.length);
        System.arraycopy(magnitude, 0, padded, length - magnitude.length, magnitude.length);
        return Forge.base64url(padded);
    }
}
