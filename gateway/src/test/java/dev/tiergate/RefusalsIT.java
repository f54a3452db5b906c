package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.plugin.Reason;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** Each reason, caused from outside on a running gateway, in each dialect; nothing that is refused reaches a backend. */
class RefusalsIT {

    /** What cannot be caused from outside, and why not or where it is. */
    private static final Map<Reason, String> CAUSED_ELSEWHERE = Map.of(
            Reason.EXTENDED_CONNECT,
            "is reserved: HTTP/2's extended CONNECT is not offered, so no client may send one (RFC 8441, section 3)");

    /** Writes the fault that a test makes on purpose, with its stack. */
    private static final Logger FAULTS = (Logger) LoggerFactory.getLogger("dev.tiergate.edge.Gate");

    private static final Map<RefusalScene.Dialect, RefusalScene> SCENES = new EnumMap<>(RefusalScene.Dialect.class);

    @BeforeAll
    static void start() throws Exception {
        FAULTS.setLevel(Level.OFF);
        for (var dialect : RefusalScene.Dialect.values()) {
            SCENES.put(dialect, RefusalScene.open(dialect));
        }
    }

    @AfterAll
    static void stop() throws Exception {
        FAULTS.setLevel(null);
        for (var scene : SCENES.values()) {
            scene.close();
        }
    }

    static Stream<Arguments> reasons() {
        return RefusalScene.CAUSES.keySet().stream()
                .flatMap(reason ->
                        Stream.of(RefusalScene.Dialect.values()).map(dialect -> Arguments.of(dialect, reason)));
    }

    @ParameterizedTest
    @MethodSource("reasons")
    void each_reason_has_its_status_its_body_and_its_headers(RefusalScene.Dialect dialect, Reason reason)
            throws Exception {
        var scene = SCENES.get(dialect);
        var answer = RefusalScene.CAUSES.get(reason).by(scene);
        assertThat(answer.status()).as(answer.text()).isEqualTo(reason.status());
        assertThat(answer.header("Content-Type")).contains(dialect.contentType());
        assertThat(answer.header("Cache-Control")).contains("no-store");
        assertThat(answer.header("Vary")).contains("Accept, Authorization, Cookie");
        var json = new JsonObject(answer.text());
        switch (dialect) {
            case ORION -> orion(reason, json);
            case PROBLEM -> problem(reason, json);
            case PHOENIX -> assertThat(json.getString("code")).isEqualTo(phoenix(reason, json));
        }
        headers(reason, answer);
        assertThat(scene.reached()).as("what reached a backend").isEmpty();
    }

    private static void orion(Reason reason, JsonObject json) {
        assertThat(json.getString("reason")).isEqualTo(reason.code());
        var names = List.copyOf(json.fieldNames());
        if (reason.status() == 403 || reason.status() == 429) {
            assertThat(names.subList(0, 4)).containsExactly("detail", "feature_code", "required_tier", "upgrade_url");
        } else {
            assertThat(names).containsExactly("detail", "reason", "request_id");
        }
    }

    private static void problem(Reason reason, JsonObject json) {
        assertThat(List.copyOf(json.fieldNames()).subList(0, 5))
                .containsExactly("type", "title", "status", "detail", "instance");
        assertThat(json.getString("reason")).isEqualTo(reason.code());
        assertThat(json.getString("type")).endsWith(":" + reason.code());
        assertThat(json.getInteger("status")).isEqualTo(reason.status());
    }

    private static String phoenix(Reason reason, JsonObject json) {
        return switch (reason.status()) {
            case 401 -> "AUTH_REQUIRED";
            case 403 ->
                reason.equals(Reason.MODEL_NOT_ALLOWED)
                        ? "MODEL_DENIED"
                        : json.containsKey("feature_id") ? "ACCESS_DENIED" : "TIER_REQUIRED";
            case 429 -> "LIMIT_EXCEEDED";
            default -> reason.code().toUpperCase(Locale.ROOT);
        };
    }

    private static void headers(Reason reason, RawClient.Response answer) {
        assertThat(answer.header("WWW-Authenticate").orElse("none"))
                .isEqualTo(
                        reason.status() != 401
                                ? "none"
                                : reason.equals(Reason.INVALID_TOKEN) ? "Bearer error=\"invalid_token\"" : "Bearer");
        assertThat(answer.header("Retry-After").isPresent())
                .isEqualTo(reason.status() == 503 || reason.status() == 429 || reason.status() == 409);
        assertThat(answer.header("Allow").orElse("none"))
                .isEqualTo(reason.equals(Reason.METHOD_NOT_ALLOWED) ? "POST" : "none");
        assertThat(answer.header("RateLimit").isPresent()).isEqualTo(reason.status() == 429);
        assertThat(answer.header("Upgrade").orElse("none"))
                .isEqualTo(reason.equals(Reason.UPGRADE_UNKNOWN) ? "websocket" : "none");
    }

    @Test
    void every_reason_is_caused_here_or_said_to_be_elsewhere() {
        var known = new ArrayList<>(RefusalScene.CAUSES.keySet());
        known.addAll(CAUSED_ELSEWHERE.keySet());
        assertThat(known).containsExactlyInAnyOrderElementsOf(Docs.constants(Reason.class, Reason.class));
    }

    @Test
    void a_limit_that_is_reached_tells_how_much_of_it_until_when() throws Exception {
        var answer = RefusalScene.CAUSES.get(Reason.LIMIT_REACHED).by(SCENES.get(RefusalScene.Dialect.ORION));
        var json = new JsonObject(answer.text());
        assertThat(new LinkedHashSet<>(json.fieldNames()))
                .endsWith("limit_type", "limit", "current", "remaining", "window", "resets_at");
        assertThat(json.getString("limit_type")).isEqualTo("orders");
        assertThat(json.getInteger("limit")).isEqualTo(100);
        assertThat(json.getInteger("current")).isEqualTo(100);
        assertThat(json.getInteger("remaining")).isZero();
        assertThat(json.getString("window")).isEqualTo("month");
        assertThat(json.getString("resets_at")).matches("20[0-9]{2}-[01][0-9]-01T00:00:00Z");
        assertThat(json.getString("required_tier")).isEqualTo("Professional");
    }

    @Test
    void a_model_that_is_not_allowed_stands_beside_those_that_are() throws Exception {
        var answer = RefusalScene.CAUSES.get(Reason.MODEL_NOT_ALLOWED).by(SCENES.get(RefusalScene.Dialect.ORION));
        var json = new JsonObject(answer.text());
        assertThat(json.getString("requested_model")).isEqualTo("large");
        assertThat(json.getJsonArray("available_models")).isEqualTo(JsonArray.of("small"));
        assertThat(json.getString("required_tier")).isEqualTo("Business");
    }

    @Test
    void phoenix_tells_a_missing_tier_from_a_missing_feature() throws Exception {
        var scene = SCENES.get(RefusalScene.Dialect.PHOENIX);
        var feature =
                new JsonObject(scene.refused("GET", "/feature", "essential", "").text());
        assertThat(feature.getString("code")).isEqualTo("ACCESS_DENIED");
        assertThat(feature.getString("feature_id")).isEqualTo("advanced_analytics");
        var tier =
                new JsonObject(scene.refused("GET", "/minimum", "essential", "").text());
        assertThat(tier.getString("code")).isEqualTo("TIER_REQUIRED");
        assertThat(tier.getString("required_tier")).isEqualTo("business");
    }

    @ParameterizedTest
    @EnumSource
    void a_browser_gets_a_page_or_is_sent_to_the_upgrade(RefusalScene.Dialect dialect) {
        var scene = SCENES.get(dialect);
        var browser = "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n";
        var page = scene.refused("GET", "/feature", "essential", browser);
        assertThat(page.status()).isEqualTo(403);
        assertThat(page.header("Content-Type")).contains("text/html; charset=utf-8");
        assertThat(page.text())
                .contains(
                        "requires Business tier",
                        "/billing\"",
                        page.header("X-Request-Id").orElseThrow());
        var redirect = scene.refused("GET", "/redirect", "essential", browser);
        assertThat(redirect.status()).isEqualTo(303);
        assertThat(redirect.header("Location")).contains("/store/" + scene.code("essential") + "/billing");
        assertThat(scene.refused("GET", "/redirect", "essential", "").status()).isEqualTo(403);
        assertThat(scene.refused("GET", "/redirect", "nobody", browser).status())
                .isEqualTo(403);
        assertThat(scene.reached()).isEmpty();
    }

    @Test
    void a_routes_own_dialect_stands_above_the_gateways() {
        var scene = SCENES.get(RefusalScene.Dialect.ORION);
        assertThat(new JsonObject(scene.refused("GET", "/own/phoenix", "essential", "")
                                .text())
                        .fieldNames())
                .startsWith("error", "code");
        assertThat(scene.refused("GET", "/own/problem", "essential", "").header("Content-Type"))
                .contains("application/problem+json");
        assertThat(new JsonObject(scene.refused("GET", "/nowhere", "essential", "")
                                .text())
                        .fieldNames())
                .startsWith("detail");
    }

    @Test
    void a_head_is_answered_with_the_headers_of_a_get_and_no_body() {
        var scene = SCENES.get(RefusalScene.Dialect.ORION);
        var get = scene.refused("GET", "/feature", "essential", "");
        var head = scene.refused("HEAD", "/feature", "essential", "");
        assertThat(head.status()).isEqualTo(403);
        assertThat(head.header("Content-Length")).isEqualTo(get.header("Content-Length"));
        assertThat(head.body()).isEmpty();
    }

    @Test
    void a_refusal_to_a_page_of_another_origin_can_be_read_by_it() {
        var scene = SCENES.get(RefusalScene.Dialect.ORION);
        var origin = "Origin: https://page.example.com\r\n";
        var answer = scene.refused("GET", "/cors", "essential", origin);
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.header("Access-Control-Allow-Origin")).contains("https://page.example.com");
        assertThat(answer.header("Vary")).contains("Accept, Authorization, Cookie, Origin");
        var preflight = scene.refused("OPTIONS", "/cors", null, origin + "Access-Control-Request-Method: GET\r\n");
        assertThat(preflight.status()).isEqualTo(204);
        assertThat(scene.reached()).isEmpty();
    }

    @Test
    void trace_and_connect_are_taken_nowhere() {
        var scene = SCENES.get(RefusalScene.Dialect.ORION);
        for (var method : Set.of("TRACE", "CONNECT")) {
            var answer = scene.refused(method, method.equals("TRACE") ? "/feature" : "gw.test:80", "essential", "");
            assertThat(answer.status()).as(method).isEqualTo(405);
            assertThat(answer.header("Allow")).contains("");
        }
    }
}
