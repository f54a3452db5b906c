package dev.tiergate.identity;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tiergate.fixtures.TokenMint;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cases 1 to 14 of the list: which algorithms and keys open the door. */
class JwtAlgorithmCasesTest {

    private static final TokenMint RSA = TokenMint.rs256("a");
    private static final TokenMint EC = TokenMint.es256("e");
    private static final KeyPair OWN_RSA =
            Forge.pair("RSA", new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4));
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final String PAYLOAD = Forge.json(Claims.good());

    private static final BigInteger P256_ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

    private final Door rsa = Door.of(Auth.jwks("RS256"), RSA.jwks());
    private final Door ec = Door.of(Auth.jwks("ES256"), EC.jwks());

    @Test
    void honest_tokens_of_each_algorithm_are_accepted() {
        assertThat(rsa.admits(RSA.token(Claims.good())).store()).isEqualTo("7");
        assertThat(ec.admits(EC.token(Claims.good())).user()).isEqualTo("u-1");
    }

    @Test
    void case_01_alg_none_with_an_empty_signature() {
        rsa.refuses(TokenMint.unsigned("{\"alg\":\"none\"}", PAYLOAD), TokenFlaw.MALFORMED);
        rsa.refuses(TokenMint.unsigned("{\"alg\":\"none\"}", PAYLOAD) + "AA", TokenFlaw.ALGORITHM);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"alg\":\"None\"}",
                "{\"alg\":\"NONE\"}",
                "{\"alg\":\"nOnE\"}",
                "{\"alg\":\"\"}",
                "{}",
                "{\"alg\":256}",
                "{\"alg\":\"rs256\"}",
                "{\"alg\":[\"RS256\"]}",
                "{\"alg\":\"RS256 \"}"
            })
    void case_02_alg_in_other_spellings(String header) {
        rsa.refuses(RSA.sign(header, PAYLOAD), TokenFlaw.ALGORITHM);
    }

    @Test
    void case_03_alg_none_while_the_key_set_is_empty() {
        assertOnlyUnavailable("{\"keys\":[]}");
    }

    @Test
    void case_04_alg_none_while_every_key_is_unsupported() {
        assertOnlyUnavailable(
                "{\"keys\":[{\"kty\":\"EC\",\"alg\":\"ES521\",\"crv\":\"P-999\",\"x\":\"AA\",\"y\":\"AA\"}]}");
    }

    @Test
    void case_05_alg_none_while_the_only_key_is_for_encryption() {
        Map<String, Object> jwk = new HashMap<>(RSA.jwk());
        jwk.put("use", "enc");
        assertOnlyUnavailable(Door.jwks(jwk));
    }

    private static void assertOnlyUnavailable(String jwks) {
        Door door = Door.of(Auth.jwks("RS256", "ES256"), jwks);
        assertThat(door.keys().notReady()).isPresent();
        door.refuses(TokenMint.unsigned("{\"alg\":\"none\"}", PAYLOAD), TokenFlaw.MALFORMED);
        door.refuses(TokenMint.unsigned("{\"alg\":\"none\"}", PAYLOAD) + "AA", TokenFlaw.ALGORITHM);
        Identified answer = door.ask(RSA.token(Claims.good()), Claims.NOW);
        assertThat(answer).isEqualTo(new Identified.KeysMissing(TokenFlaw.NO_KEYS.refuse()));
        assertThat(TokenFlaw.NO_KEYS.refuse().reason().status()).isEqualTo(503);
    }

    @Test
    void case_06_hs256_signed_with_the_public_pem() {
        String token = TokenMint.hs256("a", RSA.publicKeyPem().getBytes(UTF_8)).token(Claims.good());
        rsa.refuses(token, TokenFlaw.ALGORITHM);
        // Even where the list has both, a key serves its own algorithms only.
        Door.of(Auth.jwks("RS256", "HS256"), RSA.jwks()).refuses(token, TokenFlaw.ALGORITHM);
        Door.of(Auth.pem(List.of(RSA.publicKeyPem()), "RS256", "HS256")).refuses(token, TokenFlaw.ALGORITHM);
    }

    @Test
    void case_07_hs256_signed_with_other_forms_of_the_public_key() {
        String body = RSA.publicKeyPem().replaceAll("-----[A-Z ]+-----|\\s", "");
        List<byte[]> secrets = List.of(
                RSA.publicKeyPem().strip().getBytes(UTF_8),
                body.getBytes(UTF_8),
                Base64.getDecoder().decode(body),
                Forge.json(RSA.jwk()).getBytes(UTF_8),
                Base64.getUrlDecoder().decode((String) RSA.jwk().get("n")));
        Door door = Door.of(Auth.jwks("RS256", "HS256"), RSA.jwks());
        for (byte[] secret : secrets) {
            door.refuses(TokenMint.hs256("a", secret).token(Claims.good()), TokenFlaw.ALGORITHM);
        }
    }

    @Test
    void case_08_hs256_signed_with_the_coordinates_of_the_public_point() {
        byte[] x = Base64.getUrlDecoder().decode((String) EC.jwk().get("x"));
        byte[] y = Base64.getUrlDecoder().decode((String) EC.jwk().get("y"));
        byte[] both = Arrays.copyOf(x, x.length + y.length);
        System.arraycopy(y, 0, both, x.length, y.length);
        String token = TokenMint.hs256("e", both).token(Claims.good());
        ec.refuses(token, TokenFlaw.ALGORITHM);
        Door.of(Auth.jwks("ES256", "HS256"), EC.jwks()).refuses(token, TokenFlaw.ALGORITHM);
    }

    @Test
    void case_09_an_algorithm_that_fits_the_key_but_is_not_in_the_list() {
        String token = Forge.pss(256, OWN_RSA.getPrivate(), "{\"alg\":\"PS256\",\"kid\":\"o\"}", PAYLOAD);
        String unbound = Door.jwks(ownJwk());
        Door.of(Auth.jwks("RS256"), unbound).refuses(token, TokenFlaw.ALGORITHM);
        Door.of(Auth.jwks("RS256", "PS256"), unbound).admits(token);

        Map<String, Object> bound = ownJwk();
        bound.put("alg", "RS256");
        Door.of(Auth.jwks("RS256", "PS256"), Door.jwks(bound)).refuses(token, TokenFlaw.ALGORITHM);
    }

    @Test
    void case_10_two_alg_members() {
        String token = RSA.sign("{\"alg\":\"none\",\"alg\":\"RS256\",\"kid\":\"a\"}", PAYLOAD);
        rsa.refuses(token, TokenFlaw.MALFORMED);
    }

    @Test
    void case_11_a_short_rsa_key_is_refused_at_load() {
        KeyPair weak = Forge.pair("RSA", new RSAKeyGenParameterSpec(1024, RSAKeyGenParameterSpec.F4));
        Map<String, Object> jwk = rsaJwk("weak", (RSAPublicKey) weak.getPublic());
        String token =
                Forge.signed("SHA256withRSA", weak.getPrivate(), "{\"alg\":\"RS256\",\"kid\":\"weak\"}", PAYLOAD);

        Door alone = Door.of(Auth.jwks("RS256"), Door.jwks(jwk));
        assertThat(alone.keys().notReady()).contains("no keys from id.example.com/jwks: it has no usable key");
        Door.of(Auth.jwks("RS256"), Door.jwks(jwk, RSA.jwk())).refuses(token, TokenFlaw.KEY_UNKNOWN);
    }

    @Test
    void case_12_a_short_secret_is_refused_at_load() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FixedKeys.of(Auth.secret("secret", "HS256")))
                .withMessage("auth.jwt.secret is 6 bytes long, needed are at least 32");
        assertThatIllegalArgumentException().isThrownBy(() -> FixedKeys.of(Auth.secret(SECRET.substring(1), "HS256")));
        Door.of(Auth.secret(SECRET, "HS256")).admits(Forge.hs256(SECRET, "{\"alg\":\"HS256\"}", PAYLOAD));
    }

    @Test
    void case_12_a_secret_serves_only_the_algorithms_it_is_long_enough_for() {
        Door door = Door.of(Auth.secret(SECRET, "HS256", "HS512"));
        byte[] secret = SECRET.getBytes(US_ASCII);
        door.refuses(
                Forge.hmac("HmacSHA512", secret, "{\"alg\":\"HS512\"}".getBytes(US_ASCII), PAYLOAD.getBytes(UTF_8)),
                TokenFlaw.ALGORITHM);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FixedKeys.of(Auth.secret(SECRET, "HS512")))
                .withMessageContaining("HS512 64")
                .withMessageNotContaining(SECRET);
    }

    @Test
    void case_13_a_roca_modulus_an_exponent_of_one_and_a_point_off_the_curve_are_refused_at_load() {
        assertUnused(rsaJwk("roca", WeakKeys.rocaModulus(), RSAKeyGenParameterSpec.F4), "ROCA");
        BigInteger modulus = ((RSAPublicKey) OWN_RSA.getPublic()).getModulus();
        assertUnused(rsaJwk("one", modulus, BigInteger.ONE), "neither a valid RSA key");
        assertUnused(rsaJwk("three", modulus, BigInteger.valueOf(3)), "exponent");
        assertUnused(rsaJwk("even", modulus, BigInteger.valueOf(65_538)), "exponent");

        Map<String, Object> point = new HashMap<>(EC.jwk());
        point.put("y", point.get("x"));
        assertUnused(point, "point");
        point.put("y", EC.jwk().get("y") + "AA");
        assertUnused(point, "point");
    }

    private static void assertUnused(Map<String, Object> jwk, String why) {
        JwksDocument document =
                JwksDocument.read(Door.jwks(jwk).getBytes(UTF_8), EnumSet.of(Algorithm.RS256, Algorithm.ES256));
        assertThat(document.keys()).isEmpty();
        assertThat(document.problems()).singleElement().asString().contains(why);
    }

    @Test
    void case_14_hostile_es256_signatures() {
        String token = EC.token(Claims.good());
        byte[] signature = Forge.signature(token);
        byte[] r = Arrays.copyOfRange(signature, 0, 32);
        byte[] s = Arrays.copyOfRange(signature, 32, 64);
        byte[] zero = new byte[32];
        byte[] order = half(P256_ORDER);
        byte[] minusS = half(BigInteger.ONE.shiftLeft(256).subtract(new BigInteger(1, s)));
        List<byte[]> hostile = List.of(
                joined(zero, zero),
                joined(zero, s),
                joined(r, zero),
                joined(order, s),
                joined(r, order),
                joined(order, order),
                joined(r, half(P256_ORDER.add(BigInteger.ONE))),
                joined(r, minusS),
                joined(s, r),
                Arrays.copyOf(signature, 63),
                Arrays.copyOf(signature, 65),
                Arrays.copyOf(signature, 128),
                joined(new byte[1], signature),
                r);
        for (byte[] bytes : hostile) {
            ec.refuses(Forge.resigned(token, bytes), TokenFlaw.SIGNATURE);
        }
        ec.admits(token);
    }

    @Test
    void case_14_a_der_encoded_es256_signature() {
        KeyPair pair = Forge.pair("EC", new ECGenParameterSpec("secp256r1"));
        String header = "{\"alg\":\"ES256\",\"kid\":\"o\"}";
        Map<String, Object> jwk = new HashMap<>(WeakKeys.ecJwk("o", (ECPublicKey) pair.getPublic()));
        Door door = Door.of(Auth.jwks("ES256"), Door.jwks(jwk));
        door.refuses(Forge.signed("SHA256withECDSA", pair.getPrivate(), header, PAYLOAD), TokenFlaw.SIGNATURE);
        door.admits(Forge.signed("SHA256withECDSAinP1363Format", pair.getPrivate(), header, PAYLOAD));
    }

    private static byte[] half(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] half = new byte[32];
        int length = Math.min(32, bytes.length);
        System.arraycopy(bytes, bytes.length - length, half, 32 - length, length);
        return half;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static Map<String, Object> ownJwk() {
        return rsaJwk("o", (RSAPublicKey) OWN_RSA.getPublic());
    }

    private static Map<String, Object> rsaJwk(String kid, RSAPublicKey key) {
        return rsaJwk(kid, key.getModulus(), key.getPublicExponent());
    }

    private static Map<String, Object> rsaJwk(String kid, BigInteger modulus, BigInteger exponent) {
        return new HashMap<>(WeakKeys.rsaJwk(kid, modulus, exponent));
    }
}
