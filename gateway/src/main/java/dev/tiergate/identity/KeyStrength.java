package dev.tiergate.identity;

import java.math.BigInteger;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a public key may verify.
 *
 * @param algorithms empty when it may verify nothing
 * @param problem why, in that case; otherwise empty
 */
record KeyStrength(Set<Algorithm> algorithms, String problem) {

    static final int MIN_RSA_BITS = 2048;
    /** Longer ones cost the event loop milliseconds a token. */
    private static final int MAX_RSA_BITS = 8192;

    private static final BigInteger MIN_EXPONENT = BigInteger.valueOf(65_537);
    private static final int MAX_EXPONENT_BITS = 33;

    static KeyStrength of(PublicKey key, Set<Algorithm> allowed) {
        if (key instanceof RSAPublicKey rsa) {
            String problem = rsaProblem(rsa.getModulus(), rsa.getPublicExponent());
            return problem.isEmpty() ? rsa(allowed) : new KeyStrength(Set.of(), problem);
        }
        if (key instanceof ECPublicKey ec) {
            Optional<Curve> curve = Curve.of(ec.getParams()).filter(own -> own.holds(ec.getW()));
            return curve.map(own -> ec(own, allowed))
                    .orElse(new KeyStrength(Set.of(), "the point is not on P-256, P-384 or P-521"));
        }
        return new KeyStrength(Set.of(), "neither an RSA nor an EC key");
    }

    private static KeyStrength rsa(Set<Algorithm> allowed) {
        Set<Algorithm> fitting = EnumSet.noneOf(Algorithm.class);
        allowed.stream().filter(algorithm -> algorithm.family().rsa()).forEach(fitting::add);
        return among(fitting);
    }

    private static KeyStrength ec(Curve curve, Set<Algorithm> allowed) {
        Set<Algorithm> fitting = EnumSet.noneOf(Algorithm.class);
        allowed.stream()
                .filter(algorithm -> algorithm.curve().equals(Optional.of(curve)))
                .forEach(fitting::add);
        return among(fitting);
    }

    private static KeyStrength among(Set<Algorithm> fitting) {
        return new KeyStrength(
                Set.copyOf(fitting), fitting.isEmpty() ? "it fits none of the configured algorithms" : "");
    }

    /** RFC 7518 section 3.3 and FIPS 186-5 section 5.4: empty when the key is good. */
    private static String rsaProblem(BigInteger modulus, BigInteger exponent) {
        int bits = modulus.bitLength();
        if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
            return "the RSA modulus has " + bits + " bits, accepted are " + MIN_RSA_BITS + " to " + MAX_RSA_BITS;
        }
        boolean sane = exponent.testBit(0)
                && exponent.compareTo(MIN_EXPONENT) >= 0
                && exponent.bitLength() <= MAX_EXPONENT_BITS;
        if (!sane) {
            return "the RSA public exponent is not an odd number from 65537 to 2^33";
        }
        if (!modulus.testBit(0)) {
            return "the RSA modulus is even";
        }
        return Roca.marks(modulus) ? "the RSA modulus has the structure of ROCA (CVE-2017-15361)" : "";
    }
}
