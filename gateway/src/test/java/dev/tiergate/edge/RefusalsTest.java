package dev.tiergate.edge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tiergate.plugin.FeatureRef;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.plugin.TierRef;
import dev.tiergate.routes.GatingConfig.Denials;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    private static final FeatureRef CHAT = new FeatureRef("chat_basic", "Basic Chat");
    private static final TierRef ESSENTIAL = new TierRef("essential", "Essential", 1);
    private static final TierRef BUSINESS = new TierRef("business", "Business", 3);
    private static final TierRef PREMIUM = new TierRef("premium", "Premium", 2);
    private static final String HOSTILE = "\"}</script><img src=x onerror=alert(1)>'&\r\nSet-Cookie: a=b\u2028\u0000";

    @ParameterizedTest
    @EnumSource(Denials.Format.class)
    void each_reason_has_its_bytes_in_each_dialect(Denials.Format format) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Refuse refuse : everyReason()) {
            Answer answer = Refusals.render(refuse, json(format));
            assertThat(answer.headers())
                    .containsEntry(
                            "Content-Length", Integer.toString(answer.body().length()));
            lines.add(answer.status() + " " + refuse.reason().code() + " " + answer.body());
        }
        assertThat(String.join("\n", lines) + "\n")
                .isEqualTo(golden(format.name().toLowerCase(Locale.ROOT) + ".txt"));
    }

    @Test
    void the_page_for_browsers_has_its_bytes() throws IOException {
        Answer answer = Refusals.render(tierTooLow(), browser(Denials.Html.PAGE));
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.headers()).containsEntry("Content-Type", "text/html; charset=utf-8");
        assertThat(answer.body().toString()).isEqualTo(golden("page.html"));
    }

    @Test
    void the_first_four_members_are_those_that_clients_of_old_know() throws IOException {
        JsonNode body = JSON.readTree(
                Refusals.render(tierTooLow(), json(Denials.Format.ORION)).body().getBytes());
        assertThat(body.fieldNames()).toIterable().startsWith("detail", "feature_code", "required_tier", "upgrade_url");
    }

    @Test
    void a_problem_says_so_in_its_content_type() {
        assertThat(Refusals.render(tierTooLow(), json(Denials.Format.PROBLEM)).headers())
                .containsEntry("Content-Type", "application/problem+json");
        assertThat(Refusals.render(tierTooLow(), json(Denials.Format.PHOENIX)).headers())
                .containsEntry("Content-Type", "application/json");
    }

    @Test
    void every_refusal_is_kept_out_of_caches() {
        for (Refuse refuse : everyReason()) {
            assertThat(Refusals.render(refuse, json(Denials.Format.ORION)).headers())
                    .containsEntry("Cache-Control", "no-store")
                    .containsEntry("Vary", "Accept, Authorization, Cookie")
                    .containsEntry("X-Request-Id", "0hn8");
        }
    }

    @Test
    void a_refusal_for_the_token_carries_its_challenge() {
        assertThat(header(Refuse.of(Reason.AUTHENTICATION_REQUIRED, "A token is needed"), "WWW-Authenticate"))
                .isEqualTo("Bearer");
        assertThat(header(Refuse.of(Reason.INVALID_TOKEN, "The token has expired"), "WWW-Authenticate"))
                .isEqualTo("Bearer error=\"invalid_token\"");
        assertThat(header(
                        Refuse.of(Reason.INVALID_TOKEN, "x").withHeader("WWW-Authenticate", "Bearer realm=\"shop\""),
                        "WWW-Authenticate"))
                .isEqualTo("Bearer realm=\"shop\"");
    }

    @Test
    void a_failure_of_ours_says_when_to_come_back() {
        assertThat(header(Refuse.of(Reason.LIMITS_UNAVAILABLE, "x"), "Retry-After"))
                .isEqualTo("5");
        assertThat(header(Refuse.of(Reason.OVERLOADED, "x").withHeader("Retry-After", "1"), "Retry-After"))
                .isEqualTo("1");
        assertThat(header(Refuse.of(Reason.LIMIT_REACHED, "x").withHeader("Retry-After", "60"), "Retry-After"))
                .isEqualTo("60");
        assertThat(header(Refuse.of(Reason.UPSTREAM_TIMEOUT, "x"), "Retry-After"))
                .isNull();
    }

    @Test
    void a_check_sets_headers_but_not_lines() {
        Refuse refuse = Refuse.of(Reason.METHOD_NOT_ALLOWED, "x")
                .withHeader("Allow", "GET, HEAD")
                .withHeader("X-Bad", "a\r\nX-Other: b")
                .withHeader("X-Nul", "\u0000");
        assertThat(header(refuse, "Allow")).isEqualTo("GET, HEAD");
        assertThat(Refusals.render(refuse, json(Denials.Format.ORION)).headers())
                .doesNotContainKeys("X-Bad", "X-Nul");
    }

    @Test
    void a_head_request_gets_the_length_and_no_body() {
        var get = Refusals.render(tierTooLow(), json(Denials.Format.ORION));
        var head = Refusals.render(
                tierTooLow(), new Refusals.Context("0hn8", "orion", ESSENTIAL, Denials.DEFAULT, TEMPLATE, null, true));
        assertThat(head.body().length()).isZero();
        assertThat(head.headers()).isEqualTo(get.headers());
    }

    @Test
    void a_route_that_redirects_sends_browsers_to_the_upgrade() {
        Answer answer = Refusals.render(tierTooLow(), browser(Denials.Html.REDIRECT));
        assertThat(answer.status()).isEqualTo(303);
        assertThat(answer.headers()).containsEntry("Location", "/store/orion/billing");
        assertThat(Refusals.render(tierTooLow(), json(Denials.Format.ORION)).status())
                .isEqualTo(403);
    }

    @Test
    void nobody_is_sent_to_an_upgrade_that_would_not_help() {
        Refuse roleMissing = Refuse.of(Reason.forbidden("role_missing"), "The role analyst is needed")
                .withFeature(CHAT);
        assertThat(Refusals.render(roleMissing, browser(Denials.Html.REDIRECT)).status())
                .isEqualTo(403);
        Refuse noToken = Refuse.of(Reason.AUTHENTICATION_REQUIRED, "A token is needed");
        assertThat(Refusals.render(noToken, browser(Denials.Html.REDIRECT)).status())
                .isEqualTo(401);
        assertThat(Refusals.render(roleMissing, browser(Denials.Html.PAGE))
                        .body()
                        .toString())
                .doesNotContain("<a ");
    }

    @ParameterizedTest
    @CsvSource({
        "/store/{store_code}/billing, a b/../c?d, /store/a%20b%2F..%2Fc%3Fd/billing",
        "/store/{store_code}/billing, \u00e9\"<, /store/%C3%A9%22%3C/billing",
        "https://shop.example/up, orion, https://shop.example/up",
        "/store/{store_code}/billing, , ",
        "https://shop.example/up, , https://shop.example/up",
    })
    void the_upgrade_url_holds_the_store_code_encoded(String template, String code, String url) {
        assertThat(UpgradeUrl.fill(template, code)).isEqualTo(url);
    }

    @ParameterizedTest
    @EnumSource(Denials.Format.class)
    void hostile_names_stay_text_in_json(Denials.Format format) throws IOException {
        Answer answer = Refusals.render(hostile(), json(format));
        JsonNode body = JSON.readTree(answer.body().getBytes());
        assertThat(body.size()).isPositive();
        assertThat(answer.headers().values()).allMatch(value -> value.chars().allMatch(c -> c >= 0x20));
    }

    @Test
    void hostile_names_stay_text_in_a_page() {
        String page =
                Refusals.render(hostile(), browser(Denials.Html.PAGE)).body().toString();
        assertThat(page)
                .contains("&lt;img src=x onerror=alert(1)&gt;")
                .doesNotContain("<img", "<script", "</script", "\u0000");
    }

    @Test
    void a_page_runs_and_loads_nothing() {
        Answer answer = Refusals.render(tierTooLow(), browser(Denials.Html.PAGE));
        assertThat(answer.headers().get("Content-Security-Policy"))
                .startsWith("default-src 'none'; style-src 'sha256-")
                .endsWith("base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        assertThat(answer.body().toString()).doesNotContain("<script", "style=\"", "onclick", "http:");
    }

    @Test
    void collections_of_any_kind_become_lists() throws IOException {
        Refuse refuse = tierTooLow().withMember("models", Set.of("gpt-4")).withMember("nothing", null);
        JsonNode body = JSON.readTree(
                Refusals.render(refuse, json(Denials.Format.ORION)).body().getBytes());
        assertThat(body.get("models").get(0).asText()).isEqualTo("gpt-4");
        assertThat(body.get("nothing").isNull()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"detail", "reason", "request_id", "upgrade_url"})
    void a_plugin_does_not_overwrite_a_member_of_the_contract(String name) throws IOException {
        Refuse refuse = tierTooLow().withMember(name, "other");
        JsonNode body = JSON.readTree(
                Refusals.render(refuse, json(Denials.Format.ORION)).body().getBytes());
        assertThat(body.get(name).asText()).isNotEqualTo("other");
    }

    @Test
    void more_headers_join_vary_and_replace_others() {
        Answer answer = Refusals.render(tierTooLow(), json(Denials.Format.ORION))
                .with(java.util.Map.of("Vary", "Origin", "Cache-Control", "private"));
        assertThat(answer.headers())
                .containsEntry("Vary", "Accept, Authorization, Cookie, Origin")
                .containsEntry("Cache-Control", "private");
    }

    private static final String TEMPLATE = "/store/{store_code}/billing";

    private static Refusals.Context json(Denials.Format format) {
        return context(new Denials(format, Denials.Html.PAGE), "*/*");
    }

    private static Refusals.Context browser(Denials.Html html) {
        return context(new Denials(Denials.Format.ORION, html), BROWSER);
    }

    private static Refusals.Context context(Denials denials, String accept) {
        return new Refusals.Context("0hn8", "orion", ESSENTIAL, denials, TEMPLATE, accept, false);
    }

    private static String header(Refuse refuse, String name) {
        return Refusals.render(refuse, json(Denials.Format.ORION)).headers().get(name);
    }

    private static Refuse tierTooLow() {
        return Refuse.of(Reason.TIER_TOO_LOW, "Feature 'advanced_analytics' requires Business tier or higher")
                .withFeature(new FeatureRef("advanced_analytics", "Advanced Analytics"))
                .withRequiredTier(BUSINESS);
    }

    private static Refuse hostile() {
        return Refuse.of(Reason.LIMIT_REACHED, HOSTILE)
                .withFeature(new FeatureRef(HOSTILE, HOSTILE))
                .withRequiredTier(new TierRef(HOSTILE, HOSTILE, 2))
                .withMember("limit_type", HOSTILE)
                .withMember("limit", 5)
                .withMember("current", HOSTILE)
                .withMember("window", HOSTILE)
                .withHeader("X-Feature", HOSTILE);
    }

    private static List<Refuse> everyReason() {
        return List.of(
                Refuse.of(Reason.BAD_REQUEST, "The request has no Host header"),
                Reading.Cause.DOT_SEGMENT.refusal(),
                Refuse.of(Reason.AMBIGUOUS_BODY, "The body names the model twice"),
                Refuse.of(Reason.MODEL_REQUIRED, "A model has to be named in 'model'"),
                Refuse.of(Reason.IDEMPOTENCY_KEY_REQUIRED, "An Idempotency-Key has to come with this request"),
                Refuse.of(Reason.IDEMPOTENCY_KEY_INVALID, "One Idempotency-Key is 1 to 255 visible ASCII characters"),
                Refuse.of(Reason.AUTHENTICATION_REQUIRED, "A token is needed"),
                Refuse.of(Reason.INVALID_TOKEN, "The token has expired"),
                Refuse.of(Reason.STORE_UNKNOWN, "The store is not known"),
                Refuse.of(Reason.STORE_SUSPENDED, "The store's subscription is not active"),
                Refuse.of(Reason.FEATURE_INACTIVE, "Feature 'chat_basic' is switched off")
                        .withFeature(CHAT),
                Refuse.of(Reason.FEATURE_DISABLED_FOR_STORE, "Feature 'chat_basic' is switched off for this store")
                        .withFeature(CHAT),
                tierTooLow(),
                Refuse.of(Reason.TIER_TOO_LOW, "This route requires Business tier")
                        .withRequiredTier(BUSINESS),
                Refuse.of(Reason.TIER_TOO_LOW, "Feature 'chat_basic' is not available in any tier on offer")
                        .withFeature(CHAT),
                Refuse.of(
                                Reason.DEPENDENCY_MISSING,
                                "Required feature 'chat_basic' is not available: it requires Premium tier")
                        .withFeature(new FeatureRef("chat_enhanced", "Enhanced Chat"))
                        .withRequiredTier(PREMIUM),
                Refuse.of(Reason.MODEL_NOT_ALLOWED, "Model 'gpt-4' requires Premium tier or higher")
                        .withFeature(CHAT)
                        .withRequiredTier(PREMIUM)
                        .withMember("requested_model", "gpt-4")
                        .withMember("available_models", List.of("gemini-1.0-pro", "gpt-3.5-turbo")),
                Refuse.of(Reason.forbidden("region_blocked"), "This is not offered in your country")
                        .withFeature(CHAT),
                Refuse.of(Reason.NO_ROUTE, "Nothing is served here"),
                Refuse.of(Reason.METHOD_NOT_ALLOWED, "The method is not served here")
                        .withHeader("Allow", "GET, HEAD"),
                Refuse.of(Reason.REQUEST_TIMEOUT, "The request did not come in time"),
                Refuse.of(Reason.IDEMPOTENCY_IN_FLIGHT, "The request that this one repeats has no answer yet"),
                Refuse.of(Reason.BODY_TOO_LARGE, "The body is longer than 1048576 bytes"),
                Reading.Cause.TOO_LONG.refusal(),
                Refuse.of(Reason.UNSUPPORTED_ENCODING, "The body is neither JSON nor a form"),
                Refuse.of(Reason.IDEMPOTENCY_KEY_REUSED, "This Idempotency-Key came with another request before"),
                Refuse.of(Reason.UPGRADE_UNKNOWN, "The upgrade is not known"),
                limitReached("day"),
                limitReached("total"),
                Refuse.of(Reason.LIMIT_REACHED, "Limit 'orders' of 100 a month is reached")
                        .withMember("limit_type", "orders")
                        .withMember("limit", 100)
                        .withMember("current", 100)
                        .withMember("remaining", 0)
                        .withMember("window", "month")
                        .withMember("resets_at", "2026-12-01T00:00:00Z"),
                Refuse.of(Reason.CONCURRENCY_REACHED, "Limit 'streams' of 2 is reached")
                        .withFeature(CHAT)
                        .withMember("limit_type", "streams")
                        .withMember("limit", 2)
                        .withMember("current", 2)
                        .withMember("remaining", 0)
                        .withMember("window", "concurrent")
                        .withMember("resets_at", null),
                Refuse.of(Reason.HEADERS_TOO_LARGE, "The header fields are too long"),
                Refuse.of(Reason.EXTENDED_CONNECT, "Extended CONNECT is not served"),
                Refuse.of(Reason.UPSTREAM_UNAVAILABLE, "The service does not answer"),
                Refuse.of(Reason.ENTITLEMENTS_UNAVAILABLE, "The entitlements are not available"),
                Refuse.of(Reason.LIMITS_UNAVAILABLE, "The usage counters do not answer"),
                Refuse.of(Reason.FEATURE_UNKNOWN, "The feature of this route is not known"),
                Refuse.of(Reason.OVERLOADED, "Too many requests are waiting"),
                Refuse.of(Reason.UPSTREAM_TIMEOUT, "The service did not answer in time"));
    }

    private static Refuse limitReached(String window) {
        return Refuse.of(Reason.LIMIT_REACHED, "Limit 'daily_requests' of 5 is reached")
                .withFeature(CHAT)
                .withRequiredTier(PREMIUM)
                .withMember("limit_type", "chat_daily")
                .withMember("limit", 5L)
                .withMember("current", 5L)
                .withMember("remaining", 0L)
                .withMember("window", window)
                .withMember("resets_at", "2026-11-22T00:00:00Z");
    }

    private static String golden(String file) throws IOException {
        try (InputStream in = RefusalsTest.class.getResourceAsStream("/refusals/" + file)) {
            return new String(Objects.requireNonNull(in, file).readAllBytes(), UTF_8);
        }
    }
}
