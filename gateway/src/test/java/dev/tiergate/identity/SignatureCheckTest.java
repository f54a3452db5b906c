package dev.tiergate.identity;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Vectors of our own, in the manner of Wycheproof: each algorithm, and each way in which its signature can be wrong. */
class SignatureCheckTest {

    private static final byte[] INPUT = "eyJhbGciOiJYIn0.e30".getBytes(US_ASCII);
    private static final byte[] SECRET = "x".repeat(64).getBytes(UTF_8);
    private static final KeyPair RSA = Forge.pair("RSA", new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4));
    private static final Map<Curve, KeyPair> EC = new EnumMap<>(Map.of(
            Curve.P256, Forge.pair("EC", new ECGenParameterSpec("secp256r1")),
            Curve.P384, Forge.pair("EC", new ECGenParameterSpec("secp384r1")),
            Curve.P521, Forge.pair("EC", new ECGenParameterSpec("secp521r1"))));

    private final SignatureCheck check = new SignatureCheck();

    private static VerificationKey key(Algorithm algorithm) {
        Key key = switch (algorithm.family()) {
            case HMAC -> new SecretKeySpec(SECRET, "HMAC");
            case RSA, RSA_PSS -> RSA.getPublic();
            case EC -> EC.get(algorithm.curve().orElseThrow()).getPublic();
        };
        return new VerificationKey(null, Set.of(algorithm), key);
    }

    private static byte[] sign(Algorithm algorithm) throws GeneralSecurityException {
        if (algorithm.family() == Algorithm.Family.HMAC) {
            Mac mac = Mac.getInstance(algorithm.jcaName());
            mac.init(new SecretKeySpec(SECRET, "HMAC"));
            return mac.doFinal(INPUT);
        }
        boolean pss = algorithm.family() == Algorithm.Family.RSA_PSS;
        Signature engine = Signature.getInstance(pss ? "RSASSA-PSS" : algorithm.jcaName());
        if (pss) {
            engine.setParameter(pss(algorithm.jcaName(), algorithm.hashBytes()));
        }
        engine.initSign(
                algorithm.family().rsa()
                        ? RSA.getPrivate()
                        : EC.get(algorithm.curve().orElseThrow()).getPrivate());
        engine.update(INPUT);
        return engine.sign();
    }

    private static AlgorithmParameterSpec pss(String digest, int salt) {
        return new PSSParameterSpec(digest, "MGF1", new MGF1ParameterSpec(digest), salt, 1);
    }

    @ParameterizedTest
    @EnumSource(Algorithm.class)
    void a_signature_fits_its_own_input_key_and_algorithm_only(Algorithm algorithm) throws GeneralSecurityException {
        byte[] signature = sign(algorithm);
        VerificationKey key = key(algorithm);
        assertThat(check.fits(algorithm, key, INPUT, signature)).isTrue();
        assertThat(check.fits(algorithm, key, "e30.e30".getBytes(US_ASCII), signature))
                .isFalse();
        for (Algorithm other : Algorithm.values()) {
            if (other != algorithm) {
                VerificationKey widened = new VerificationKey(null, Set.of(other), key.key());
                assertThat(check.fits(other, widened, INPUT, signature)).isFalse();
                assertThat(check.fits(other, key, INPUT, signature)).isFalse();
            }
        }
        assertThat(check.fits(algorithm, key, INPUT, signature)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Algorithm.class)
    void a_changed_signature_fits_nothing(Algorithm algorithm) throws GeneralSecurityException {
        byte[] signature = sign(algorithm);
        VerificationKey key = key(algorithm);
        for (int bit : new int[] {0, 7, signature.length * 4, signature.length * 8 - 1}) {
            byte[] flipped = signature.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(check.fits(algorithm, key, INPUT, flipped)).isFalse();
        }
        for (int length :
                new int[] {0, 1, signature.length / 2, signature.length - 1, signature.length + 1, 2 * signature.length
                }) {
            assertThat(check.fits(algorithm, key, INPUT, Arrays.copyOf(signature, length)))
                    .isFalse();
        }
        byte[] zeros = new byte[signature.length];
        byte[] ones = zeros.clone();
        Arrays.fill(ones, (byte) 0xff);
        assertThat(check.fits(algorithm, key, INPUT, zeros)).isFalse();
        assertThat(check.fits(algorithm, key, INPUT, ones)).isFalse();
    }

    @Test
    void pss_with_another_salt_length_is_refused() throws GeneralSecurityException {
        for (int salt : new int[] {0, 20, 31, 33}) {
            Signature engine = Signature.getInstance("RSASSA-PSS");
            engine.setParameter(pss("SHA-256", salt));
            engine.initSign(RSA.getPrivate());
            engine.update(INPUT);
            assertThat(check.fits(Algorithm.PS256, key(Algorithm.PS256), INPUT, engine.sign()))
                    .isFalse();
        }
    }

    @Test
    void pkcs1_padding_with_garbage_is_refused() throws GeneralSecurityException {
        // 00 01 ff..ff 00 DigestInfo hash is right; fewer ff and a tail of garbage is Bleichenbacher's forgery.
        byte[] encoded = new byte[256];
        Cipher open = Cipher.getInstance("RSA/ECB/NoPadding");
        open.init(Cipher.DECRYPT_MODE, RSA.getPublic());
        byte[] honest = open.doFinal(sign(Algorithm.RS256));
        int start = 256 - 51;
        encoded[1] = 1;
        Arrays.fill(encoded, 2, 10, (byte) 0xff);
        System.arraycopy(honest, start, encoded, 11, 51);
        assertThat(check.fits(Algorithm.RS256, key(Algorithm.RS256), INPUT, raw(encoded)))
                .isFalse();
        assertThat(check.fits(Algorithm.RS256, key(Algorithm.RS256), INPUT, raw(honest)))
                .isTrue();
        honest[1] = 2;
        assertThat(check.fits(Algorithm.RS256, key(Algorithm.RS256), INPUT, raw(honest)))
                .isFalse();
    }

    @Test
    void a_signature_not_below_the_modulus_is_refused() throws GeneralSecurityException {
        byte[] modulus = ((RSAPublicKey) RSA.getPublic()).getModulus().toByteArray();
        assertThat(check.fits(Algorithm.RS256, key(Algorithm.RS256), INPUT, Arrays.copyOfRange(modulus, 1, 257)))
                .isFalse();
    }

    private static byte[] raw(byte[] encoded) throws GeneralSecurityException {
        Cipher seal = Cipher.getInstance("RSA/ECB/NoPadding");
        seal.init(Cipher.ENCRYPT_MODE, RSA.getPrivate());
        return seal.doFinal(encoded);
    }
}
