package dev.tiergate.api.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.RunningGateway;
import dev.tiergate.fixtures.RawClient;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may ask the admin API, and what a request has to look like before it is looked at. */
class AdminAccessIT {

    private static final String ROUTES = "routes: [ { path: /orders, feature: basic_orders, upstream: shop } ]\n";
    private static final String FEATURES = "/api/v1/admin/features";
    private static final String STORES = "/api/v1/admin/stores";

    private static RunningGateway gateway;
    private static AdminClient client;

    @BeforeAll
    static void open() throws Exception {
        gateway = RunningGateway.start(ROUTES);
        gateway.store("a1", "business");
        client = new AdminClient(gateway);
    }

    @AfterAll
    static void close() throws Exception {
        gateway.close();
    }

    static Stream<Map<String, String>> strangers() {
        var past = Instant.now().getEpochSecond() - 10;
        return Stream.of(
                        "",
                        "Basic YTpi",
                        "Bearer x.y.z",
                        "Bearer " + gateway.token("a1", Map.of("roles", List.of("admin"))),
                        "Bearer " + gateway.token("a1", Map.of("aud", RunningGateway.ADMIN_AUDIENCE)),
                        "Bearer " + gateway.adminToken(Map.of("roles", "admin", "aud", "shop")),
                        "Bearer " + gateway.adminToken(Map.of("roles", "admin", "sub", "")),
                        "Bearer " + gateway.adminToken(Map.of("roles", "admin", "exp", past)))
                .map(value -> Map.of("Authorization", value));
    }

    @ParameterizedTest
    @MethodSource("strangers")
    void strangers_and_stores_are_refused(Map<String, String> authorization) {
        for (var path : List.of(FEATURES, "/api/v1/admin/nothing")) {
            var answer = client.send("GET", path, "", authorization);
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.response().header("WWW-Authenticate")).isPresent();
        }
    }

    @Test
    void a_cookie_is_no_token() {
        var cookie = Map.of("Authorization", "", "Cookie", "tiergate=" + gateway.adminToken("admin"));
        assertThat(client.send("GET", FEATURES, "", cookie).status()).isEqualTo(401);
    }

    /** No cookie opens the door, and a browser asks first whether another origin may send a token: it is not told so. */
    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "null"})
    void a_page_of_another_origin_may_send_nothing(String origin) {
        try (var page = RawClient.connect(gateway.gateway().adminPort())) {
            var answer = page.exchange(
                    "OPTIONS " + STORES + " HTTP/1.1\r\nHost: admin\r\nOrigin: " + origin
                            + "\r\nAccess-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: authorization\r\n\r\n");
            assertThat(answer.status()).isBetween(400, 499);
            assertThat(answer.header("Access-Control-Allow-Origin")).isEmpty();
            assertThat(answer.header("Access-Control-Allow-Headers")).isEmpty();
        }
    }

    @Test
    void an_operator_is_nobody_on_the_public_port() {
        var token = gateway.adminToken(Map.of("roles", "admin", "store_id", "a1"));
        assertThat(gateway.exchange("GET /orders HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + token + "\r\n\r\n")
                        .status())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({"viewer, 403", "editor, 428", "admin, 428", "Editor, 403", "owner, 403"})
    void who_writes_is_an_editor_at_least(String role, int status) {
        var answer = client.as(role, "POST", FEATURES + "/webhooks/toggle", "", Map.of());
        assertThat(answer.status()).isEqualTo(status);
    }

    @Test
    void a_viewer_reads_and_who_has_no_role_does_not() {
        assertThat(client.as("viewer", "GET", FEATURES, "", Map.of()).status()).isEqualTo(200);
        assertThat(client.as("owner", "GET", FEATURES, "", Map.of()).reason()).isEqualTo("role_missing");
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /features/webhooks",
        "PUT, /features/stores/a1/overrides/webhooks",
        "DELETE, /features/stores/a1/overrides/webhooks",
        "POST, /features/stores/a1/overrides",
        "POST, /subscriptions/tiers",
        "PATCH, /subscriptions/tiers/business",
        "DELETE, /subscriptions/tiers/business",
        "PUT, /subscriptions/features/tiers/business/limits",
        "POST, /stores",
        "PUT, /stores/a1",
        "PATCH, /stores/a1"
    })
    void a_viewer_changes_nothing(String method, String path) {
        var answer = client.as("viewer", method, "/api/v1/admin" + path, "{}", Map.of("If-Match", "*"));
        assertThat(answer.status()).isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /features/webhooks",
        "PUT, /features/stores/a1/overrides/webhooks",
        "DELETE, /features/stores/a1/overrides/webhooks",
        "PATCH, /subscriptions/tiers/business",
        "DELETE, /subscriptions/tiers/business",
        "PUT, /subscriptions/features/tiers/business/limits",
        "PATCH, /stores/a1"
    })
    void a_change_says_what_it_has_seen(String method, String path) {
        assertThat(client.send(method, "/api/v1/admin" + path, "{}", Map.of()).status())
                .isEqualTo(428);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json"
            })
    void what_a_form_can_send_is_not_read(String type) {
        var answer = client.send("POST", STORES, "{}", Map.of("Content-Type", type));
        assertThat(answer.status()).isEqualTo(415);
    }

    @Test
    void json_may_name_its_charset_and_has_to_say_that_it_is_json() {
        assertThat(client.send("POST", STORES, "{}", Map.of("Content-Type", "Application/JSON; charset=utf-8"))
                        .status())
                .isEqualTo(400);
        assertThat(client.send("POST", STORES, "{}", Map.of("Content-Type", "")).status())
                .isEqualTo(415);
    }

    @ParameterizedTest
    @CsvSource({
        "https://evil.example, 403",
        "null, 403",
        "http://admin, 200",
        "https://ADMIN, 200",
        "http://admin:81, 403"
    })
    void pages_of_other_origins_ask_nothing(String origin, int status) {
        assertThat(client.send("GET", FEATURES, "", Map.of("Origin", origin)).status())
                .isEqualTo(status);
    }

    @Test
    void what_there_is_not_is_404_and_a_wrong_method_says_which_are_right() {
        assertThat(client.get("/api/v1/admin/nothing").status()).isEqualTo(404);
        var answer = client.send("DELETE", STORES, "", Map.of());
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.response().header("Allow")).contains("GET, POST");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?limit=0",
                "?limit=1001",
                "?limit=x",
                "?limit=1&limit=2",
                "?cursor=x",
                "?cursor=c3RvcmVzOjE",
                "?plan=No",
                "?categorie=team",
                "?search=%00"
            })
    void a_wrong_query_is_said_to_be_wrong(String query) {
        var answer = client.get(FEATURES + query);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.object().getJsonArray("errors").getJsonObject(0).getString("parameter"))
                .isEqualTo(query.substring(1).split("=")[0]);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{} {}",
                "{\"code\":\"a\",\"code\":\"b\"}",
                "nothing",
                "{\"a\":[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]}"
            })
    void what_is_not_json_or_can_be_read_twice_is_refused(String body) {
        var answer = client.send("POST", STORES, body, Map.of());
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.reason()).isEqualTo("invalid_json");
    }

    @Test
    void an_empty_body_and_a_list_are_no_store() {
        assertThat(client.send("POST", STORES, "", Map.of("Content-Type", "application/json"))
                        .reason())
                .isEqualTo("invalid_json");
        assertThat(client.post(STORES, "[]").pointers()).contains("");
    }

    @Test
    void a_body_of_one_mebibyte_is_read_and_a_longer_one_is_not() {
        var frame = "{\"x\":\"\"}".length();
        var whole = "{\"x\":\"" + "a".repeat(RequestBody.MAX_BYTES - frame) + "\"}";
        assertThat(client.send("POST", STORES, whole, Map.of()).status()).isEqualTo(400);
        assertThat(client.send("POST", STORES, whole + " ", Map.of()).status()).isEqualTo(413);
    }

    @Test
    void a_body_in_chunks_has_the_same_bound() {
        try (var raw = RawClient.connect(gateway.gateway().adminPort())) {
            raw.send("POST " + STORES + " HTTP/1.1\r\nHost: admin\r\nAuthorization: Bearer "
                    + gateway.adminToken("admin")
                    + "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n100001\r\n"
                    + " ".repeat(RequestBody.MAX_BYTES + 1) + "\r\n");
            assertThat(raw.read().status()).isEqualTo(413);
        }
    }

    @Test
    void without_an_admin_identity_the_api_says_so() throws Exception {
        var routes = """
                auth: { jwt: { public-keys: [ "${KEY}" ], algorithms: [ RS256 ] } }
                routes: [ { path: /health, public: true, upstream: shop } ]
                """;
        try (var other = RunningGateway.start(routes)) {
            var answer = new AdminClient(other).get(FEATURES);
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.reason()).isEqualTo("admin_not_configured");
        }
    }

    @Test
    void with_gating_off_by_the_environment_the_api_is_off() throws Exception {
        var routes = "routes: [ { path: /health, public: true, upstream: shop } ]\n";
        try (var other = RunningGateway.start(routes, Map.of("FEATURE_GATING_V2_ENABLED", "false"), List.of())) {
            assertThat(new AdminClient(other).get(FEATURES).status()).isEqualTo(503);
        }
    }

    @Test
    void a_role_that_may_not_edit_is_told_to_be_the_wrong_one() throws Exception {
        gateway.sql(
                "DO $$ BEGIN CREATE ROLE only_edge LOGIN IN ROLE tg_edge; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        var url = gateway.database().replaceFirst("//[^@/]*@", "//only_edge@");
        var extra = Map.of("TIERGATE_DATABASE_URL", gateway.database(), "TIERGATE_ADMIN_DATABASE_URL", url);
        try (var other = RunningGateway.start(ROUTES, extra, List.of())) {
            var answer =
                    new AdminClient(other).send("POST", FEATURES + "/webhooks/toggle", "", Map.of("If-Match", "*"));
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.reason()).isEqualTo("database_refused");
        }
    }

    @Test
    void a_database_that_is_not_there_is_ours_to_mend() throws Exception {
        var extra = Map.of("TIERGATE_ADMIN_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none");
        try (var other = RunningGateway.start(ROUTES, extra, List.of())) {
            var answer = new AdminClient(other).get(FEATURES);
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.response().header("Retry-After")).isPresent();
        }
    }
}
