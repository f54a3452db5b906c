package dev.tiergate.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.TokenMint;
import dev.tiergate.plugin.Caller;
import dev.tiergate.routes.AuthConfig.ClaimPaths;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Cases 47 to 63 of the list: what a token says. Of 60 to 62 the database's part, and of 63 the admin listener's, are tested
 * where those are.
 */
class JwtClaimsCasesTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final TokenMint MINT = TokenMint.hs256("h", SECRET.getBytes(StandardCharsets.UTF_8));
    private static final long NOW = Claims.SECONDS;

    private final Door door = Door.of(Auth.secret(SECRET, "HS256"));

    private static String token(String name, Object value) {
        return MINT.token(Claims.with(name, value));
    }

    /** With the claim's value as raw JSON. */
    private static String raw(String name, String json) {
        String others = Forge.json(Claims.without(name)).replaceFirst("}$", "");
        return MINT.sign("{\"alg\":\"HS256\"}", others + ",\"" + name + "\":" + json + "}");
    }

    private static String without(String name) {
        return MINT.token(Claims.without(name));
    }

    @Test
    void case_47_expiry_at_the_end_of_the_leeway() {
        door.refuses(token("exp", NOW - 6), TokenFlaw.EXPIRED);
        door.refuses(token("exp", NOW - 5), TokenFlaw.EXPIRED);
        door.admits(token("exp", NOW - 4));
        door.admits(token("exp", NOW));
    }

    @Test
    void case_47_expiry_without_leeway() {
        Door exact = Door.of(Auth.withLeeway(Auth.secret(SECRET, "HS256"), Duration.ZERO));
        exact.refuses(token("exp", NOW), TokenFlaw.EXPIRED);
        exact.admits(token("exp", NOW), Claims.NOW.minusMillis(1));
    }

    @Test
    void case_47_a_remembered_token_expires_in_the_same_millisecond() {
        String token = token("exp", NOW);
        Instant end = Claims.NOW.plus(Auth.LEEWAY);
        door.admits(token, Claims.NOW);
        door.admits(token, end.minusMillis(1));
        door.refuses(token, TokenFlaw.EXPIRED, end);
        assertThat(door.counted("verified")).isEqualTo(1);
        assertThat(door.counted("remembered")).isEqualTo(1);
    }

    @Test
    void case_48_no_expiry() {
        door.refuses(without("exp"), TokenFlaw.EXPIRY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"1999999999\"", "null", "{}", "true", "[1999999999]", "\"\""})
    void case_49_and_50_expiry_that_is_no_number(String json) {
        door.refuses(raw("exp", json), TokenFlaw.EXPIRY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1e99", "999999999999999999999999", "9223372036854775808", "9223372036854775807", "253402300800"
            })
    void case_51_expiry_beyond_all_calendars(String json) {
        door.refuses(raw("exp", json), TokenFlaw.EXPIRY);
    }

    @Test
    void case_51_expiry_at_the_end_of_the_calendar() {
        door.refuses(raw("exp", "253402300799"), TokenFlaw.LIFETIME);
    }

    @Test
    void case_51_expiry_beyond_all_numbers() {
        door.refuses(raw("exp", "1e999"), TokenFlaw.PAYLOAD);
    }

    @Test
    void case_52_expiry_with_a_fraction() {
        String token = raw("exp", NOW + 10 + ".5");
        door.admits(token, Claims.NOW.plusMillis(15_499));
        door.refuses(token, TokenFlaw.EXPIRED, Claims.NOW.plusMillis(15_500));
        door.admits(raw("exp", "1.795265e9"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "-0", "-1e9", "0.5"})
    void case_53_expiry_in_another_age(String json) {
        door.refuses(raw("exp", json), TokenFlaw.EXPIRED);
    }

    @Test
    void case_54_a_longer_life_than_is_accepted() {
        long day = Auth.MAX_LIFETIME.toSeconds();
        Map<String, Object> claims = Claims.with("exp", NOW - 60 + day);
        door.admits(MINT.token(claims));
        claims.put("exp", NOW - 60 + day + 1);
        door.refuses(MINT.token(claims), TokenFlaw.LIFETIME);
    }

    @Test
    void case_54_without_iat_the_life_is_measured_from_now() {
        long day = Auth.MAX_LIFETIME.toSeconds();
        Map<String, Object> claims = Claims.without("iat");
        claims.put("exp", NOW + day + 5);
        door.admits(MINT.token(claims));
        claims.put("exp", NOW + day + 6);
        door.refuses(MINT.token(claims), TokenFlaw.LIFETIME);
    }

    @Test
    void case_55_not_before_and_issued_in_the_future() {
        door.admits(token("nbf", NOW + 5));
        door.refuses(token("nbf", NOW + 6), TokenFlaw.NOT_YET);
        door.admits(token("iat", NOW + 5));
        door.refuses(token("iat", NOW + 6), TokenFlaw.NOT_YET);
        door.refuses(token("iat", NOW + 86_400), TokenFlaw.NOT_YET);
        door.refuses(raw("nbf", "\"1\""), TokenFlaw.DATES);
        door.refuses(raw("iat", "\"1\""), TokenFlaw.DATES);
        door.refuses(raw("nbf", "1e99"), TokenFlaw.DATES);
        door.refuses(raw("iat", "[]"), TokenFlaw.DATES);
    }

    @Test
    void case_55_a_token_for_later_is_good_when_its_time_comes() {
        String token = token("nbf", NOW + 6);
        door.refuses(token, TokenFlaw.NOT_YET);
        door.admits(token, Claims.NOW.plusSeconds(1));
    }

    @Test
    void case_56_a_clock_that_is_wrong_by_two_minutes() {
        String token = MINT.token(Claims.with("exp", NOW + 60));
        Instant early = Claims.NOW.minusSeconds(60 + 120);
        Instant late = Claims.NOW.plusSeconds(120);
        door.refuses(token, TokenFlaw.NOT_YET, early);
        door.refuses(token, TokenFlaw.EXPIRED, late);
        Door lenient = Door.of(Auth.withLeeway(Auth.secret(SECRET, "HS256"), Duration.ofSeconds(121)));
        lenient.admits(token, early);
        lenient.admits(token, late);
    }

    @Test
    void case_56_a_clock_set_back_does_not_use_a_remembered_token_before_its_time() {
        String token = MINT.token(Claims.good());
        door.admits(token);
        door.refuses(token, TokenFlaw.NOT_YET, Claims.NOW.minusSeconds(600));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"https://id.example.com\"",
                "\"https://ID.example.com/\"",
                "\"https://id.example.com/x\"",
                "\"https://evil.example.com/\"",
                "[\"https://id.example.com/\"]",
                "null",
                "7",
                "\"\""
            })
    void case_57_another_issuer(String json) {
        door.refuses(raw("iss", json), TokenFlaw.ISSUER);
    }

    @Test
    void case_57_no_issuer() {
        door.refuses(without("iss"), TokenFlaw.ISSUER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"shop2\"",
                "\"sho\"",
                "\"SHOP\"",
                "[]",
                "[\"a\"]",
                "[\"shop\",7]",
                "{\"shop\":1}",
                "7",
                "null",
                "[[\"shop\"]]"
            })
    void case_58_another_audience(String json) {
        door.refuses(raw("aud", json), TokenFlaw.AUDIENCE);
    }

    @Test
    void case_58_ours_among_several_audiences() {
        door.admits(raw("aud", "[\"a\",\"shop\"]"));
        door.refuses(without("aud"), TokenFlaw.AUDIENCE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\"",
                "7.0",
                "7e0",
                "-1",
                "9007199254740992",
                "9223372036854775808",
                "{\"$ne\":null}",
                "[7,8]",
                "[\"7\"]",
                "\"7\\u0000\"",
                "\"7,8\"",
                "\" 7\"",
                "\"7 \"",
                "\"7\\n\"",
                "\"\\u0667\"",
                "\"\\uff17\"",
                "\"a/b\"",
                "\"a{b}\"",
                "\"a*\"",
                "true",
                "null"
            })
    void case_59_forms_of_the_store_that_are_not_accepted(String json) {
        door.refuses(raw("store_id", json), TokenFlaw.STORE);
    }

    @Test
    void case_59_the_store_at_its_bounds() {
        door.refuses(raw("store_id", "007"), TokenFlaw.PAYLOAD);
        door.refuses(without("store_id"), TokenFlaw.STORE);
        assertThat(door.admits(raw("store_id", "7")).store()).isEqualTo("7");
        assertThat(door.admits(raw("store_id", "\"007\"")).store()).isEqualTo("007");
        assertThat(door.admits(raw("store_id", "0")).store()).isEqualTo("0");
        assertThat(door.admits(token("store_id", (1L << 53) - 1)).store()).isEqualTo("9007199254740991");
        door.refuses(token("store_id", BigInteger.TWO.pow(53)), TokenFlaw.STORE);
        assertThat(door.admits(token("store_id", "s".repeat(128))).store()).hasSize(128);
        door.refuses(token("store_id", "s".repeat(129)), TokenFlaw.STORE);
        assertThat(door.admits(token("store_id", "A-z_0.9:@")).store()).isEqualTo("A-z_0.9:@");
    }

    @Test
    void case_60_and_61_tier_and_features_in_the_token_change_nothing_of_the_caller() {
        Map<String, Object> claims = Claims.with("tier", "enterprise");
        claims.put("features", List.of("advanced_analytics"));
        claims.put("overrides", Map.of("orders", -1));
        Caller caller = door.admits(MINT.token(claims));
        Caller plain = door.admits(MINT.token(Claims.good()));
        assertThat(caller.store()).isEqualTo(plain.store());
        assertThat(caller.roles()).isEqualTo(plain.roles());
    }

    @Test
    void case_62_a_token_may_come_again_while_it_is_good() {
        String token = token("jti", "one");
        door.admits(token);
        door.admits(token);
    }

    @Test
    void case_63_store_and_admin_tokens_are_refused_at_the_other_door() {
        var auth = Auth.secret(SECRET, "HS256");
        Door admin = Door.of(Auth.forAudience(auth, "tiergate-admin", ClaimPaths.DEFAULT));
        admin.refuses(MINT.token(Claims.good()), TokenFlaw.AUDIENCE);
        door.refuses(token("aud", "tiergate-admin"), TokenFlaw.AUDIENCE);
        admin.admits(token("aud", "tiergate-admin"));
    }

    @Test
    void an_operators_token_names_a_subject_and_no_store() {
        var paths = new ClaimPaths(List.of(), List.of("sub"), List.of("roles"));
        Door operators = Door.of(Auth.forAudience(Auth.secret(SECRET, "HS256"), "shop", paths));
        Caller caller = operators.admits(MINT.token(Claims.without("store_id")));
        assertThat(caller.store()).isEmpty();
        assertThat(caller.user()).isNotNull();
        operators.refuses(MINT.token(Claims.without("sub")), TokenFlaw.USER);
    }

    @Test
    void claims_are_read_where_the_configuration_says() {
        var paths = new ClaimPaths(List.of("org", "store"), List.of("act", "user.id"), List.of("realm", "roles"));
        Door nested = Door.of(Auth.forAudience(Auth.secret(SECRET, "HS256"), "shop", paths));
        Map<String, Object> claims = Claims.without("store_id");
        claims.put("org", Map.of("store", "s-1"));
        claims.put("act", Map.of("user.id", 12));
        claims.put("realm", Map.of("roles", List.of("owner", "Store Analyst")));
        Caller caller = nested.admits(MINT.token(claims));
        assertThat(caller.store()).isEqualTo("s-1");
        assertThat(caller.user()).isEqualTo("12");
        assertThat(caller.roles()).containsExactly("owner", "Store Analyst");
        claims.put("org", "s-1");
        nested.refuses(MINT.token(claims), TokenFlaw.STORE);
    }

    @Test
    void a_token_without_user_and_roles_names_the_store_alone() {
        Caller caller = door.admits(without("sub"));
        assertThat(caller.user()).isNull();
        assertThat(caller.roles()).isEmpty();
        assertThat(door.admits(token("roles", "a b")).roles()).containsExactlyInAnyOrder("a", "b");
        assertThat(door.admits(token("roles", "")).roles()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "\"a b\"", "\"a\\r\\nX: y\"", "\"\\u00e9\"", "1.5", "[]", "{}", "-1", "true"})
    void a_user_that_no_header_could_carry_is_refused(String json) {
        door.refuses(raw("sub", json), TokenFlaw.USER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "{}", "[7]", "[\"a,b\"]", "[\"\"]", "[\"a\\n\"]", "\"a,b\"", "[\" a\"]", "true"})
    void roles_of_other_forms_are_refused(String json) {
        door.refuses(raw("roles", json), TokenFlaw.ROLES);
    }

    @Test
    void the_claims_are_handed_on_unmodifiable() {
        Caller caller = door.admits(raw("plan", "{\"seats\":[3,null]}"));
        assertThat(caller.claims()).containsEntry("plan", Map.of("seats", List.of(3L)));
        assertThat(caller.claims()).isUnmodifiable();
    }
}
