package dev.tiergate.identity;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Optional;

/** The NIST curves of RFC 7518 section 6.2.1.1. */
enum Curve {
    P256("P-256", "secp256r1", 32),
    P384("P-384", "secp384r1", 48),
    P521("P-521", "secp521r1", 66);

    private final String jwkName;
    private final int coordinateBytes;

    @SuppressWarnings("ImmutableEnumChecker") // immutable, but not marked so
    private final ECParameterSpec parameters;

    Curve(String jwkName, String jcaName, int coordinateBytes) {
        this.jwkName = jwkName;
        this.coordinateBytes = coordinateBytes;
        this.parameters = parametersOf(jcaName);
    }

    private static ECParameterSpec parametersOf(String jcaName) {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec(jcaName));
            return parameters.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JDK lacks the curve " + jcaName, e);
        }
    }

    static Optional<Curve> named(Object jwkName) {
        for (Curve curve : values()) {
            if (curve.jwkName.equals(jwkName)) {
                return Optional.of(curve);
            }
        }
        return Optional.empty();
    }

    /** The curve with exactly these parameters; a key on any other has none. */
    static Optional<Curve> of(ECParameterSpec spec) {
        for (Curve curve : values()) {
            ECParameterSpec own = curve.parameters;
            if (own.getOrder().equals(spec.getOrder())
                    && own.getCurve().equals(spec.getCurve())
                    && own.getGenerator().equals(spec.getGenerator())
                    && own.getCofactor() == spec.getCofactor()) {
                return Optional.of(curve);
            }
        }
        return Optional.empty();
    }

    String jwkName() {
        return jwkName;
    }

    /** The length of a coordinate, and of each half of a signature. */
    int coordinateBytes() {
        return coordinateBytes;
    }

    BigInteger order() {
        return parameters.getOrder();
    }

    /** True for an affine point of this curve; the JDK does not look when it makes a key. */
    boolean holds(ECPoint point) {
        BigInteger p = ((ECFieldFp) parameters.getCurve().getField()).getP();
        BigInteger x = point.getAffineX();
        BigInteger y = point.getAffineY();
        if (point.equals(ECPoint.POINT_INFINITY) || !inField(x, p) || !inField(y, p)) {
            return false;
        }
        BigInteger right = x.pow(2)
                .add(parameters.getCurve().getA())
                .multiply(x)
                .add(parameters.getCurve().getB());
        return y.pow(2).subtract(right).mod(p).signum() == 0;
    }

    private static boolean inField(BigInteger value, BigInteger p) {
        return value.signum() >= 0 && value.compareTo(p) < 0;
    }

    /** Empty when the coordinates are not full length (RFC 7518 section 6.2.1.2) or not on the curve. */
    Optional<PublicKey> key(byte[] x, byte[] y) {
        if (x.length != coordinateBytes || y.length != coordinateBytes) {
            return Optional.empty();
        }
        ECPoint point = new ECPoint(new BigInteger(1, x), new BigInteger(1, y));
        if (!holds(point)) {
            return Optional.empty();
        }
        try {
            return Optional.of(KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, parameters)));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }
}
