package dev.tiergate.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.TokenMint;
import io.vertx.core.Future;
import java.security.KeyPair;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Cases 72 to 75 of the list: what bad tokens cost and what they are told. Latency under a flood is measured by bench. */
class JwtLoadCasesTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final String HEADER = "{\"alg\":\"HS256\"}";
    private static final String GOOD = Forge.hs256(SECRET, HEADER, Forge.json(Claims.good()));

    private final Door door = Door.of(Auth.secret(SECRET, "HS256"));

    @Test
    void case_72_one_bad_token_is_verified_once_in_five_seconds() {
        String bad = Forge.resigned(GOOD, new byte[32]);
        for (int i = 0; i < 10_000; i++) {
            door.refuses(bad, TokenFlaw.SIGNATURE, Claims.NOW.plusMillis(i / 2));
        }
        assertThat(door.counted("rejected")).isEqualTo(1);
        assertThat(door.counted("remembered")).isEqualTo(9_999);
        door.refuses(bad, TokenFlaw.SIGNATURE, Claims.NOW.plusMillis(5_000));
        assertThat(door.counted("rejected")).isEqualTo(2);
    }

    @Test
    void case_72_many_bad_tokens_do_not_displace_a_good_one() {
        door.admits(GOOD);
        for (int i = 0; i < 20_000; i++) {
            byte[] signature = new byte[32];
            signature[0] = (byte) i;
            signature[1] = (byte) (i >> 8);
            door.refuses(Forge.resigned(GOOD, signature), TokenFlaw.SIGNATURE);
        }
        door.admits(GOOD);
        assertThat(door.counted("verified")).isEqualTo(1);
    }

    @Test
    void case_72_what_is_remembered_is_bounded_and_the_least_used_goes_first() {
        var memory = new TokenMemory(2);
        var answer = Future.<Identified>succeededFuture(new Identified.Rejected(TokenFlaw.SIGNATURE.refuse()));
        memory.remember("a", answer, 0, 10);
        memory.remember("b", answer, 0, 10);
        assertThat(memory.recall("a", 0, 5)).isNotNull();
        memory.remember("c", answer, 0, 10);
        assertThat(memory.recall("b", 0, 5)).isNull();
        assertThat(memory.recall("a", 0, 5)).isNotNull();
        assertThat(memory.size()).isEqualTo(2);
        assertThat(memory.recall("a", 0, 10)).isNull();
        assertThat(memory.recall("c", 0, -1)).isNull();
        assertThat(memory.size()).isZero();
    }

    @Test
    void case_73_costly_algorithms_are_verified_once_and_never_after_expiry() {
        KeyPair pair = Forge.pair("RSA", new RSAKeyGenParameterSpec(4096, RSAKeyGenParameterSpec.F4));
        var key = (RSAPublicKey) pair.getPublic();
        String jwks = Door.jwks(WeakKeys.rsaJwk("big", key.getModulus(), key.getPublicExponent()));
        Door costly = Door.of(Auth.jwks("RS512", "PS512"), jwks);
        String payload = Forge.json(Claims.good());
        String rs = Forge.signed("SHA512withRSA", pair.getPrivate(), "{\"alg\":\"RS512\"}", payload);
        String ps = Forge.pss(512, pair.getPrivate(), "{\"alg\":\"PS512\"}", payload);
        for (int i = 0; i < 1_000; i++) {
            costly.admits(rs);
            costly.admits(ps);
        }
        assertThat(costly.counted("verified")).isEqualTo(2);
        costly.refuses(rs, TokenFlaw.EXPIRED, Claims.NOW.plusSeconds(3_545));
        costly.refuses(ps, TokenFlaw.EXPIRED, Claims.NOW.plusSeconds(3_545));
    }

    /** That the comparison takes the same time wherever it fails is MessageDigest.isEqual's promise. */
    @Test
    void case_74_a_signature_wrong_in_any_one_byte_is_refused() {
        byte[] signature = Forge.signature(GOOD);
        for (int i = 0; i < signature.length; i++) {
            byte[] wrong = signature.clone();
            wrong[i] ^= 1;
            door.refuses(Forge.resigned(GOOD, wrong), TokenFlaw.SIGNATURE);
        }
        door.refuses(Forge.resigned(GOOD, Arrays.copyOf(signature, 31)), TokenFlaw.SIGNATURE);
        door.refuses(Forge.resigned(GOOD, Arrays.copyOf(signature, 33)), TokenFlaw.SIGNATURE);
    }

    @ParameterizedTest
    @EnumSource(TokenFlaw.class)
    void case_75_refusals_are_constant_sentences(TokenFlaw flaw) {
        assertThat(flaw.refuse().detail()).matches("[A-Z][A-Za-z' -]+");
        assertThat(flaw.refuse().members()).isEmpty();
        assertThat(flaw.refuse().headers()).isEmpty();
    }

    @Test
    void case_75_nothing_prints_a_secret() {
        var auth = Auth.secret(SECRET, "HS256");
        var keys = FixedKeys.of(auth);
        VerificationKey key = keys.current().meantBy(null);
        assertThat(List.of(auth, keys, String.valueOf(key), GOOD.length()))
                .asString()
                .doesNotContain(SECRET, "MDEyMzQ1");
    }

    @Test
    void case_75_problems_of_keys_name_no_material() {
        var mint = TokenMint.hs256("h", SECRET.getBytes(UTF_8));
        var document = JwksDocument.read(mint.jwks().getBytes(UTF_8), EnumSet.of(Algorithm.RS256));
        assertThat(document.toString()).doesNotContain("MDEyMzQ1");
        assertThat(document.refused()).isEqualTo("it holds a symmetric key");
    }
}
