package dev.tiergate.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.TokenMint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cases 15 to 30 of the list: what a token's header may ask for. Case 19's network side is in JwksIT. */
class JwtHeaderCasesTest {

    private static final TokenMint A = TokenMint.rs256("a");
    private static final TokenMint B = TokenMint.rs256("b");
    private static final String PAYLOAD = Forge.json(Claims.good());

    private final Door one = Door.of(Auth.jwks("RS256"), A.jwks());
    private final Door two = Door.of(Auth.jwks("RS256"), TokenMint.jwks(A, B));

    private static String header(String members) {
        return A.sign("{\"alg\":\"RS256\",\"kid\":\"a\"," + members + "}", PAYLOAD);
    }

    @Test
    void case_15_crit_with_an_unknown_extension() {
        one.refuses(header("\"crit\":[\"x-unknown\"],\"x-unknown\":1"), TokenFlaw.HEADER);
    }

    @Test
    void case_16_crit_b64() {
        one.refuses(header("\"crit\":[\"b64\"],\"b64\":false"), TokenFlaw.HEADER);
        one.refuses(header("\"b64\":false"), TokenFlaw.HEADER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"exp\"", "{}", "1", "[\"alg\"]", "[1]"})
    void case_17_crit_in_other_forms(String crit) {
        one.refuses(header("\"crit\":" + crit), TokenFlaw.HEADER);
    }

    @Test
    void case_17_crit_null() {
        one.refuses(header("\"crit\":null"), TokenFlaw.MALFORMED);
    }

    @Test
    void case_18_a_key_that_the_token_brings_along() {
        TokenMint attacker = TokenMint.rs256("a");
        one.refuses(attacker.token(Map.of("jwk", attacker.jwk()), Claims.good()), TokenFlaw.HEADER);
    }

    @Test
    void case_19_jku_and_x5u_are_not_looked_at() {
        one.admits(header("\"jku\":\"http://127.0.0.1:1/jwks\",\"x5u\":\"http://127.0.0.1:1/cert\""));
    }

    @Test
    void case_20_a_certificate_that_the_token_brings_along() {
        TokenMint attacker = TokenMint.rs256("a");
        one.refuses(attacker.token(Map.of("x5c", List.of("MIIB")), Claims.good()), TokenFlaw.SIGNATURE);
        one.admits(header("\"x5c\":[\"MIIB\"]"));
    }

    @Test
    void case_21_an_unknown_kid() {
        two.refuses(A.token(Map.of("kid", "c"), Claims.good()), TokenFlaw.KEY_UNKNOWN);
        one.refuses(A.token(Map.of("kid", "c"), Claims.good()), TokenFlaw.KEY_UNKNOWN);
        one.refuses(A.token(Map.of("kid", "A"), Claims.good()), TokenFlaw.KEY_UNKNOWN);
    }

    @Test
    void case_22_the_kid_of_one_key_and_the_signature_of_another() {
        two.refuses(B.token(Map.of("kid", "a"), Claims.good()), TokenFlaw.SIGNATURE);
    }

    @Test
    void case_23_no_kid_with_two_keys() {
        String token = A.sign("{\"alg\":\"RS256\"}", PAYLOAD);
        two.refuses(token, TokenFlaw.KEY_UNNAMED);
        one.admits(token);
    }

    @Test
    void case_23_two_pem_keys_are_meant_by_their_thumbprints() {
        List<String> pems = List.of(A.publicKeyPem(), B.publicKeyPem());
        Door door = Door.of(Auth.pem(pems, "RS256"));
        String thumbprint = Thumbprint.of(
                PemKey.load(A.publicKeyPem(), Set.of(Algorithm.RS256)).key());
        door.refuses(A.sign("{\"alg\":\"RS256\"}", PAYLOAD), TokenFlaw.KEY_UNNAMED);
        door.refuses(A.token(Claims.good()), TokenFlaw.KEY_UNKNOWN);
        door.admits(A.token(Map.of("kid", thumbprint), Claims.good()));
        door.refuses(B.token(Map.of("kid", thumbprint), Claims.good()), TokenFlaw.SIGNATURE);
    }

    @Test
    void case_23_a_single_pem_key_is_meant_by_every_token() {
        Door door = Door.of(Auth.pem(List.of(A.publicKeyPem()), "RS256"));
        door.admits(A.token(Map.of("kid", "whatever"), Claims.good()));
        door.admits(A.sign("{\"alg\":\"RS256\"}", PAYLOAD));
        door.refuses(B.token(Claims.good()), TokenFlaw.SIGNATURE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "{}", "true", "[\"a\"]", "\"\""})
    void case_24_kid_that_is_no_name(String kid) {
        one.refuses(A.sign("{\"alg\":\"RS256\",\"kid\":" + kid + "}", PAYLOAD), TokenFlaw.KEY_UNKNOWN);
    }

    @Test
    void case_24_kid_null() {
        one.refuses(A.sign("{\"alg\":\"RS256\",\"kid\":null}", PAYLOAD), TokenFlaw.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../dev/null",
                "' OR 1=1 --",
                "a\\r\\n{\\\"level\\\":\\\"info\\\"}",
                "a\\u0000",
                "\\u0000",
                "%s${jndi:x}"
            })
    void case_24_hostile_names_are_plain_unknown_names(String kid) {
        two.refuses(A.sign("{\"alg\":\"RS256\",\"kid\":\"" + kid + "\"}", PAYLOAD), TokenFlaw.KEY_UNKNOWN);
    }

    @Test
    void case_24_a_long_kid() {
        one.refuses(A.token(Map.of("kid", "a".repeat(257)), Claims.good()), TokenFlaw.KEY_UNKNOWN);
        one.refuses(A.token(Map.of("kid", "a".repeat(65_536)), Claims.good()), TokenFlaw.MALFORMED);
        String longest = "k".repeat(256);
        TokenMint mint = TokenMint.rs256(longest);
        Door.of(Auth.jwks("RS256"), mint.jwks()).admits(mint.token(Claims.good()));
    }

    @Test
    void case_25_one_kid_for_two_keys_refuses_the_document() {
        TokenMint other = TokenMint.rs256("a");
        Door door = Door.of(Auth.jwks("RS256"), TokenMint.jwks(A, other));
        assertThat(door.keys().notReady().orElseThrow()).endsWith("two keys have the same kid");
    }

    @Test
    void case_25_the_same_key_twice_is_one_key() {
        Door.of(Auth.jwks("RS256"), TokenMint.jwks(A, A)).admits(A.token(Claims.good()));
    }

    @Test
    void case_26_a_symmetric_key_among_public_ones_refuses_the_document() {
        Door door = Door.of(Auth.jwks("RS256", "HS256"), TokenMint.jwks(A, TokenMint.hs256("h")));
        assertThat(door.keys().notReady().orElseThrow()).endsWith("it holds a symmetric key");
    }

    @Test
    void case_27_a_key_with_its_private_part_is_not_used() {
        Map<String, Object> leaked = new HashMap<>(A.jwk());
        leaked.put("d", "AQAB");
        Door door = Door.of(Auth.jwks("RS256"), Door.jwks(leaked, B.jwk()));
        door.refuses(A.token(Claims.good()), TokenFlaw.KEY_UNKNOWN);
        door.admits(B.token(Claims.good()));
    }

    @Test
    void case_28_keys_that_are_not_for_verifying_are_not_used() {
        for (Map<String, Object> purpose : List.<Map<String, Object>>of(
                Map.of("use", "enc"),
                Map.of("use", "sig", "key_ops", List.of("encrypt")),
                Map.of("key_ops", List.of("sign")),
                Map.of("key_ops", List.of()),
                Map.of("key_ops", "verify"),
                Map.of("use", List.of("sig")))) {
            Map<String, Object> jwk = new HashMap<>(A.jwk());
            jwk.remove("use");
            jwk.putAll(purpose);
            Door.of(Auth.jwks("RS256"), Door.jwks(jwk, B.jwk())).refuses(A.token(Claims.good()), TokenFlaw.KEY_UNKNOWN);
        }
    }

    @Test
    void case_28_a_key_for_verifying_among_other_things_is_used() {
        Map<String, Object> jwk = new HashMap<>(A.jwk());
        jwk.remove("use");
        jwk.put("key_ops", List.of("sign", "verify"));
        Door.of(Auth.jwks("RS256"), Door.jwks(jwk)).admits(A.token(Claims.good()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"JWT\"", "\"id_token\"", "\"logout+jwt\"", "\"at+jwt \"", "1", "[\"at+jwt\"]"})
    void case_29_other_types_where_access_tokens_are_asked_for(String typ) {
        Door door = Door.of(Auth.accessTokensOnly(Auth.jwks("RS256")), A.jwks());
        door.refuses(header("\"typ\":" + typ), TokenFlaw.TYPE);
        door.refuses(A.sign("{\"alg\":\"RS256\",\"kid\":\"a\"}", PAYLOAD), TokenFlaw.TYPE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"at+jwt", "AT+JWT", "application/at+jwt"})
    void case_29_the_type_of_access_tokens(String typ) {
        Door door = Door.of(Auth.accessTokensOnly(Auth.jwks("RS256")), A.jwks());
        door.admits(header("\"typ\":\"" + typ + "\""));
        one.admits(header("\"typ\":\"" + typ + "\""));
    }

    @Test
    void case_29_types_for_other_purposes_are_refused_everywhere() {
        one.refuses(header("\"typ\":\"logout+jwt\""), TokenFlaw.TYPE);
        one.refuses(header("\"typ\":\"application/DPOP+JWT\""), TokenFlaw.TYPE);
        one.refuses(header("\"typ\":7"), TokenFlaw.TYPE);
        one.admits(header("\"typ\":\"JWT\""));
    }

    @Test
    void case_30_nested_encrypted_and_compressed_tokens() {
        String inner = A.token(Claims.good());
        one.refuses(A.sign("{\"alg\":\"RS256\",\"kid\":\"a\",\"cty\":\"JWT\"}", inner), TokenFlaw.HEADER);
        one.refuses(header("\"zip\":\"DEF\""), TokenFlaw.HEADER);
        one.refuses(header("\"enc\":\"A256GCM\""), TokenFlaw.HEADER);
        one.refuses(A.token(Claims.good()) + ".AAAA.AAAA", TokenFlaw.MALFORMED);
    }
}
