package dev.tiergate.identity;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import java.lang.management.ManagementFactory;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cases 31 to 46 of the list: form, encoding, size, and where a token may stand. */
class JwtStructureCasesTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final String HEADER = "{\"alg\":\"HS256\"}";
    private static final String PAYLOAD = Forge.json(Claims.good());
    private static final String GOOD = Forge.hs256(SECRET, HEADER, PAYLOAD);

    private final Door door = Door.of(Auth.secret(SECRET, "HS256"));

    private void refusesPayload(String payload) {
        refusesPayload(payload.getBytes(UTF_8));
    }

    private void refusesPayload(byte[] payload) {
        door.refuses(Forge.hs256(SECRET, HEADER, payload), TokenFlaw.PAYLOAD);
    }

    /** The good payload with a member more. */
    private static String extended(String member) {
        return PAYLOAD.substring(0, PAYLOAD.length() - 1) + "," + member + "}";
    }

    @Test
    void case_31_other_numbers_of_segments() {
        String[] parts = GOOD.split("\\.");
        for (String token : new String[] {
            "",
            ".",
            "..",
            "...",
            parts[0],
            parts[0] + "." + parts[1],
            GOOD + "." + parts[2],
            GOOD + ".",
            "." + GOOD,
            parts[0] + ".." + parts[2],
            "." + parts[1] + "." + parts[2],
            parts[0] + "." + parts[1] + ".",
            GOOD + ".AA.AA"
        }) {
            door.refuses(token, TokenFlaw.MALFORMED);
        }
        door.admits(GOOD);
    }

    @Test
    void case_32_padding() {
        String[] parts = GOOD.split("\\.");
        door.refuses(GOOD + "=", TokenFlaw.MALFORMED);
        door.refuses(GOOD + "==", TokenFlaw.MALFORMED);
        door.refuses(parts[0] + "=." + parts[1] + "." + parts[2], TokenFlaw.MALFORMED);
        door.refuses(parts[0] + "." + parts[1] + "==." + parts[2], TokenFlaw.MALFORMED);
    }

    @Test
    void case_33_the_standard_alphabet() {
        byte[] header = "{\"alg\":\"HS256\",\"x\":\"\u00ff\u00fe\u00ff???>>>\"}".getBytes(UTF_8);
        String token = Forge.hmac("HmacSHA256", SECRET.getBytes(UTF_8), header, PAYLOAD.getBytes(UTF_8));
        String standard = Base64.getEncoder().withoutPadding().encodeToString(header);
        assertThat(standard).containsAnyOf("+", "/");
        door.admits(token);
        door.refuses(standard + token.substring(token.indexOf('.')), TokenFlaw.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "\t", "\n", "\r\n", "\u00a0", "\u0000", "\u200b", "é", "%"})
    void case_34_white_space_and_other_characters(String stray) {
        door.refuses(GOOD + stray, TokenFlaw.MALFORMED);
        door.refuses(stray + GOOD, TokenFlaw.MALFORMED);
        door.refuses(GOOD.replaceFirst("\\.", "." + stray), TokenFlaw.MALFORMED);
        door.refuses(new StringBuilder(GOOD).insert(3, stray).toString(), TokenFlaw.MALFORMED);
    }

    @Test
    void case_35_other_spellings_of_the_last_character() {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        String stem = GOOD.substring(0, GOOD.length() - 1);
        int admitted = 0;
        for (int i = 0; i < alphabet.length(); i++) {
            char last = alphabet.charAt(i);
            Identified answer = door.ask(stem + last, Claims.NOW);
            admitted += answer instanceof Identified.Known ? 1 : 0;
        }
        assertThat(admitted).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "x", "[]", "\"text\"", "7", "true", "null", "{", "{\"a\":}", "{'a':1}", "{\"a\":1,}"})
    void case_36_header_and_payload_that_are_no_object(String text) {
        if (!text.isEmpty()) {
            refusesPayload(text);
            door.refuses(Forge.hs256(SECRET, text, PAYLOAD), TokenFlaw.MALFORMED);
        }
        door.refuses(Forge.hs256(SECRET, "{\"alg\":\"HS256\"" + text, PAYLOAD), TokenFlaw.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "x", ",", "}", "]", "\u0000", "// comment", "1"})
    void case_37_something_after_the_payload(String rest) {
        refusesPayload(PAYLOAD + rest);
        door.refuses(Forge.hs256(SECRET, HEADER + rest, PAYLOAD), TokenFlaw.MALFORMED);
    }

    @Test
    void case_37_white_space_after_the_payload_is_json() {
        door.admits(Forge.hs256(SECRET, HEADER, PAYLOAD + "\n"));
    }

    @Test
    void case_38_deep_nesting() {
        refusesPayload(extended("\"x\":" + "[".repeat(5_000) + "]".repeat(5_000)));
        refusesPayload(extended("\"x\":" + "[".repeat(32) + "]".repeat(32)));
        door.admits(Forge.hs256(SECRET, HEADER, extended("\"x\":" + "[".repeat(31) + "]".repeat(31))));
    }

    @Test
    void case_39_bytes_that_are_not_strict_utf_8() {
        refusesPayload("\uFEFF" + PAYLOAD);
        refusesPayload(PAYLOAD.getBytes(UTF_16));
        for (String bytes :
                new String[] {"\u00c0\u00af", "\u00ff", "\u00e9", "\u00ed\u00a0\u0080", "\u00f8\u0088\u0080\u0080\u0080"
                }) {
            refusesPayload(PAYLOAD.replace("u-1", "u-" + bytes).getBytes(ISO_8859_1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\ud800", "\\udc00", "\\ud800x", "\\udc00\\ud800", "x\\ud83d"})
    void case_39_lone_surrogates(String escape) {
        refusesPayload(extended("\"x\":\"" + escape + "\""));
        refusesPayload(extended("\"" + escape + "\":1"));
    }

    @Test
    void case_39_a_pair_of_surrogates_is_one_character() {
        String token = Forge.hs256(SECRET, HEADER, extended("\"x\":\"\\ud83d\\ude00\""));
        assertThat(door.admits(token).claims()).containsEntry("x", "\ud83d\ude00");
    }

    @Test
    void case_40_json_serialisation() {
        String[] parts = GOOD.split("\\.");
        door.refuses(
                Forge.json(Map.of("protected", parts[0], "payload", parts[1], "signature", parts[2])),
                TokenFlaw.MALFORMED);
    }

    @Test
    void case_41_duplicate_claims() {
        refusesPayload(PAYLOAD.replace("\"store_id\":\"7\"", "\"store_id\":7,\"store_id\":1"));
        refusesPayload(PAYLOAD.replace("\"store_id\":\"7\"", "\"store_id\":\"7\",\"store\\u005fid\":\"7\""));
        refusesPayload(PAYLOAD.replace("\"store_id\":\"7\"", "\"store_id\":null,\"store_id\":\"7\""));
        refusesPayload(extended("\"x\":{\"a\":1,\"a\":1}"));
    }

    @Test
    void case_42_an_escaped_name_is_the_name() {
        String token = Forge.hs256(SECRET, HEADER, PAYLOAD.replace("store_id", "store\\u005fid"));
        assertThat(door.admits(token).store()).isEqualTo("7");
    }

    @ParameterizedTest
    @ValueSource(ints = {100 << 10, 1 << 20, 8 << 20})
    void case_43_long_tokens_cost_nothing(int length) {
        String token = "A".repeat(length / 3) + "." + "A".repeat(length / 3) + "." + "A".repeat(length / 3);
        door.refuses(token, TokenFlaw.MALFORMED);
        MultiMap headers = headers("Authorization", "Bearer " + token);
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        Identified answer = door.ask(headers, Claims.NOW);
        long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
        Door.assertRefused(answer, TokenFlaw.MALFORMED);
        assertThat(nanos).isLessThan(5_000_000);
    }

    @Test
    void case_43_the_longest_token_that_is_read() {
        String filler = "x".repeat(9_000);
        String token = Forge.hs256(SECRET, HEADER, extended("\"x\":\"" + filler + "\""));
        door.admits(token);
        assertThat(CompactJws.looksLike("AAAA." + "A".repeat(CompactJws.MAX_LENGTH - 10) + ".AAAA"))
                .isTrue();
        assertThat(CompactJws.looksLike("AAAA." + "A".repeat(CompactJws.MAX_LENGTH - 6) + ".AAAA"))
                .isFalse();
    }

    @Test
    void case_44_many_claims_a_long_claim_and_long_numbers() {
        var many = new StringBuilder(PAYLOAD.replaceFirst("}$", ""));
        for (int i = 0; i < 10_000; i++) {
            many.append(",\"c").append(i).append("\":1");
        }
        door.refuses(Forge.hs256(SECRET, HEADER, many + "}"), TokenFlaw.MALFORMED);
        String longClaim = extended("\"x\":\"" + "x".repeat(1 << 20) + "\"");
        door.refuses(Forge.hs256(SECRET, HEADER, longClaim), TokenFlaw.MALFORMED);
        String exp = "\"exp\":" + (Claims.SECONDS + 3_540);
        door.refuses(
                Forge.hs256(SECRET, HEADER, PAYLOAD.replace(exp, "\"exp\":" + "1".repeat(1_000_000))),
                TokenFlaw.MALFORMED);
        refusesPayload(PAYLOAD.replace(exp, "\"exp\":" + "1".repeat(10_000)));
        refusesPayload(PAYLOAD.replace(exp, "\"exp\":1e" + "9".repeat(1_000)));
    }

    private static MultiMap headers(String... namesAndValues) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return headers;
    }

    private void refusesHeaders(TokenFlaw flaw, String... namesAndValues) {
        Door.assertRefused(door.ask(headers(namesAndValues), Claims.NOW), flaw);
    }

    private void admitsHeaders(String... namesAndValues) {
        assertThat(Door.caller(door.ask(headers(namesAndValues), Claims.NOW)).store())
                .isEqualTo("7");
    }

    @Test
    void case_45_tokens_in_two_places() {
        String other = Forge.hs256(SECRET, HEADER, Forge.json(Claims.with("store_id", "8")));
        String otherUser = Forge.hs256(SECRET, HEADER, Forge.json(Claims.with("sub", "u-2")));
        String bad = Forge.resigned(other, new byte[32]);
        refusesHeaders(TokenFlaw.TWO_TOKENS, "Authorization", "Bearer " + GOOD, "Cookie", "tiergate=" + other);
        refusesHeaders(TokenFlaw.TWO_TOKENS, "Authorization", "Bearer " + GOOD, "Cookie", "tiergate=" + otherUser);
        refusesHeaders(TokenFlaw.TWO_TOKENS, "Authorization", "Bearer " + other, "Cookie", "tiergate=" + GOOD);
        admitsHeaders("Authorization", "Bearer " + GOOD, "Cookie", "tiergate=" + GOOD);
        // What does not verify contradicts nobody, and does not stand in for the header either.
        admitsHeaders("Authorization", "Bearer " + GOOD, "Cookie", "tiergate=" + bad);
        refusesHeaders(TokenFlaw.SIGNATURE, "Authorization", "Bearer " + bad, "Cookie", "tiergate=" + GOOD);
        refusesHeaders(TokenFlaw.MISSING, "Authorization", "Basic dTpw", "Cookie", "tiergate=" + GOOD);
    }

    @Test
    void case_45_only_the_named_cookie_is_read() {
        admitsHeaders("Cookie", "a=b; tiergate=" + GOOD + "; c=d");
        admitsHeaders("Cookie", "a=b", "cookie", "tiergate=" + GOOD);
        refusesHeaders(TokenFlaw.MISSING, "Cookie", "session=" + GOOD);
        refusesHeaders(TokenFlaw.MISSING, "Cookie", "Tiergate=" + GOOD);
        refusesHeaders(TokenFlaw.MISSING, "Cookie", "xtiergate=" + GOOD);
        Door deaf = Door.of(Auth.withoutCookie(Auth.secret(SECRET, "HS256")));
        Door.assertRefused(deaf.ask(headers("Cookie", "tiergate=" + GOOD), Claims.NOW), TokenFlaw.MISSING);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "eyJfcGVybWFuZW50Ijp0cnVlfQ.Z0", "a.b", "a..c", "session", "\"a.b.c\"", "AA.AA.A", "a b.c.d"
            })
    void case_45_a_cookie_that_is_no_token_counts_as_absent(String value) {
        refusesHeaders(TokenFlaw.MISSING, "Cookie", "tiergate=" + value);
        admitsHeaders("Authorization", "Bearer " + GOOD, "Cookie", "tiergate=" + value);
        admitsHeaders("Cookie", "tiergate=" + value + "; tiergate=" + GOOD);
    }

    @Test
    void case_45_the_same_cookie_twice() {
        String other = Forge.hs256(SECRET, HEADER, Forge.json(Claims.with("store_id", "8")));
        refusesHeaders(TokenFlaw.TWO_TOKENS, "Cookie", "tiergate=" + GOOD + "; tiergate=" + other);
        admitsHeaders("Cookie", "tiergate=" + GOOD + "; tiergate=" + GOOD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer ", "bearer ", "BEARER ", "bEaReR "})
    void case_46_the_scheme_in_any_case(String scheme) {
        admitsHeaders("Authorization", scheme + GOOD);
    }

    @Test
    void case_46_other_forms_of_the_header() {
        refusesHeaders(TokenFlaw.MALFORMED, "Authorization", "Bearer  " + GOOD);
        refusesHeaders(TokenFlaw.MISSING, "Authorization", "Bearer\t" + GOOD);
        refusesHeaders(TokenFlaw.MISSING, "Authorization", " Bearer " + GOOD);
        refusesHeaders(TokenFlaw.MISSING, "Authorization", GOOD);
        refusesHeaders(TokenFlaw.MISSING, "Authorization", "Bearer");
        refusesHeaders(TokenFlaw.MISSING, "Authorization", "");
        refusesHeaders(TokenFlaw.MALFORMED, "Authorization", "Bearer ");
        refusesHeaders(TokenFlaw.MALFORMED, "Authorization", "Bearer " + GOOD + ", Bearer " + GOOD);
        refusesHeaders(TokenFlaw.TWO_TOKENS, "Authorization", "Bearer " + GOOD, "authorization", "Bearer " + GOOD);
        refusesHeaders(TokenFlaw.MISSING);
    }

    @Test
    void case_46_no_token_asks_for_one_and_a_bad_one_says_so() {
        assertThat(TokenFlaw.MISSING.refuse().reason().code()).isEqualTo("authentication_required");
        assertThat(TokenFlaw.MALFORMED.refuse().reason().code()).isEqualTo("invalid_token");
        assertThat(TokenFlaw.TWO_TOKENS.refuse().reason().code()).isEqualTo("invalid_token");
    }
}
