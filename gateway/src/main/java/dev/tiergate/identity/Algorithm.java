package dev.tiergate.identity;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The signature algorithms of RFC 7518 section 3 that exist here; {@code none} is not among them and cannot be named. */
enum Algorithm {
    HS256(Family.HMAC, "HmacSHA256", 32, null),
    HS384(Family.HMAC, "HmacSHA384", 48, null),
    HS512(Family.HMAC, "HmacSHA512", 64, null),
    RS256(Family.RSA, "SHA256withRSA", 32, null),
    RS384(Family.RSA, "SHA384withRSA", 48, null),
    RS512(Family.RSA, "SHA512withRSA", 64, null),
    PS256(Family.RSA_PSS, "SHA-256", 32, null),
    PS384(Family.RSA_PSS, "SHA-384", 48, null),
    PS512(Family.RSA_PSS, "SHA-512", 64, null),
    ES256(Family.EC, "SHA256withECDSAinP1363Format", 32, Curve.P256),
    ES384(Family.EC, "SHA384withECDSAinP1363Format", 48, Curve.P384),
    ES512(Family.EC, "SHA512withECDSAinP1363Format", 64, Curve.P521);

    /** What kind of key an algorithm takes. */
    enum Family {
        HMAC,
        RSA,
        RSA_PSS,
        EC;

        boolean rsa() {
            return this == RSA || this == RSA_PSS;
        }
    }

    private final Family family;
    private final String jcaName;
    private final int hashBytes;
    private final @Nullable Curve curve;

    Algorithm(Family family, String jcaName, int hashBytes, @Nullable Curve curve) {
        this.family = family;
        this.jcaName = jcaName;
        this.hashBytes = hashBytes;
        this.curve = curve;
    }

    /** Exactly as RFC 7518 writes it; case counts. */
    static Optional<Algorithm> named(String name) {
        for (Algorithm algorithm : values()) {
            if (algorithm.name().equals(name)) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }

    Family family() {
        return family;
    }

    /** The JDK's name: of the Mac, of the Signature, or of the digest for RSASSA-PSS. */
    String jcaName() {
        return jcaName;
    }

    /** The hash's output; an HMAC key must be at least as long (RFC 7518 section 3.2). */
    int hashBytes() {
        return hashBytes;
    }

    /** Only for the EC family. */
    Optional<Curve> curve() {
        return Optional.ofNullable(curve);
    }
}
