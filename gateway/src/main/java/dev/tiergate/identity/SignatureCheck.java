package dev.tiergate.identity;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import javax.crypto.Mac;

/** Signatures by the JDK's own Mac and Signature. Belongs to one event loop: the engines are kept and are not thread-safe. */
final class SignatureCheck {

    private static final int PSS_TRAILER = 1;

    private final Map<Algorithm, Mac> macs = new EnumMap<>(Algorithm.class);
    private final Map<Algorithm, Signature> signatures = new EnumMap<>(Algorithm.class);

    /** False for everything that does not verify, also where the key does not belong to the algorithm. */
    boolean fits(Algorithm algorithm, VerificationKey key, byte[] input, byte[] signature) {
        if (!key.algorithms().contains(algorithm)) {
            return false;
        }
        try {
            return switch (algorithm.family()) {
                case HMAC -> hmacFits(algorithm, key, input, signature);
                case RSA, RSA_PSS -> verified(algorithm, key, input, signature);
                case EC -> inRange(algorithm, signature) && verified(algorithm, key, input, signature);
            };
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private boolean hmacFits(Algorithm algorithm, VerificationKey key, byte[] input, byte[] signature)
            throws GeneralSecurityException {
        Mac mac = macs.get(algorithm);
        if (mac == null) {
            mac = Mac.getInstance(algorithm.jcaName());
            macs.put(algorithm, mac);
        }
        mac.init(key.key());
        // In constant time: how far a guess was right must not be measurable.
        return MessageDigest.isEqual(mac.doFinal(input), signature);
    }

    private boolean verified(Algorithm algorithm, VerificationKey key, byte[] input, byte[] signature)
            throws GeneralSecurityException {
        if (!(key.key() instanceof PublicKey publicKey)) {
            return false;
        }
        Signature engine = signatures.get(algorithm);
        if (engine == null) {
            engine = engine(algorithm);
            signatures.put(algorithm, engine);
        }
        engine.initVerify(publicKey);
        engine.update(input);
        return engine.verify(signature);
    }

    private static Signature engine(Algorithm algorithm) throws GeneralSecurityException {
        if (algorithm.family() != Algorithm.Family.RSA_PSS) {
            return Signature.getInstance(algorithm.jcaName());
        }
        Signature engine = Signature.getInstance("RSASSA-PSS");
        // RFC 7518 section 3.5: the hash also in MGF1, a salt as long as the hash.
        engine.setParameter(new PSSParameterSpec(
                algorithm.jcaName(),
                "MGF1",
                new MGF1ParameterSpec(algorithm.jcaName()),
                algorithm.hashBytes(),
                PSS_TRAILER));
        return engine;
    }

    /**
     * RFC 7518 section 3.4: r and s, each as long as a coordinate and each from 1 to the order less one. Old JDKs took zeros
     * for a signature of everything (CVE-2022-21449).
     */
    private static boolean inRange(Algorithm algorithm, byte[] signature) {
        Curve curve = algorithm.curve().orElseThrow();
        int half = curve.coordinateBytes();
        if (signature.length != 2 * half) {
            return false;
        }
        BigInteger r = new BigInteger(1, Arrays.copyOfRange(signature, 0, half));
        BigInteger s = new BigInteger(1, Arrays.copyOfRange(signature, half, 2 * half));
        return r.signum() > 0 && s.signum() > 0 && r.compareTo(curve.order()) < 0 && s.compareTo(curve.order()) < 0;
    }
}
