package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.entitlement.CatalogueFile;
import dev.tiergate.fixtures.Postgres;
import dev.tiergate.fixtures.RawClient;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The user API with the Phoenix catalogue: what a page of Phoenix reads, and how it is refused. */
class UserApiIT {

    private static final String FEATURES = "/api/user/features";
    private static final String SUGGESTIONS = "/api/user/upgrade-suggestions";

    private static final String ROUTES = """
            routes:
              - { path: /api/chat, methods: [ POST ], feature: chat_basic, upstream: shop }
              - { path: /api/video/**, feature: video_generation, upstream: shop }
            """;

    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        var database = Postgres.shared().createDatabase();
        gateway = RunningGateway.start(ROUTES, Map.of("TIERGATE_DATABASE_URL", database), List.of());
        CatalogueFile.importInto(database, Docs.root().resolve("catalogues/phoenix.yaml"));
        for (var tier : List.of("free", "premium", "enterprise")) {
            store(tier, tier, "active");
        }
        Eventually.holds(
                "the catalogue is known", () -> gateway.get("free", FEATURES).status() == 200);
    }

    private static void store(String id, String tier, String status) {
        gateway.sql("INSERT INTO stores (external_id, code, name, plan, tier_code, status) VALUES ('" + id + "', '" + id
                + "', '" + id + "', 'phoenix', '" + tier + "', '" + status + "')");
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    @Test
    void a_page_of_phoenix_works_with_it() {
        chat("free", "page-user", 2);
        try (var page = PhoenixPage.open(get("free", "page-user", FEATURES).text())) {
            assertThat(page.run("page.features()")).isEqualTo("15");
            assertThat(page.run("page.canAccess('chat_basic')")).isEqualTo("true");
            assertThat(page.run("page.button('chat_basic')")).isEqualTo("[Basic Chat]");
            assertThat(page.run("page.usageIndicator('chat_basic')")).isEqualTo("2/5, 3 left");
            assertThat(page.run("page.button('video_generation')"))
                    .isEqualTo("[Video Generation: This feature requires premium subscription]");
            assertThat(page.run("page.canAccess('never_heard_of')")).isEqualTo("false");
            assertThat(page.run("page.modelSelector()")).isEqualTo("gemini-1.0-pro gpt-3.5-turbo");
            assertThat(page.run("page.tierIndicator()")).isEqualTo("Free");
        }
    }

    @Test
    void a_higher_tier_has_more_models_and_no_bound() {
        try (var page = PhoenixPage.open(get("premium", "ann", FEATURES).text())) {
            assertThat(page.run("page.usageIndicator('chat_basic')")).isEqualTo("Unlimited");
            assertThat(page.run("page.usageIndicator('video_generation')")).isEqualTo("0/10, 10 left");
            assertThat(page.run("page.usageIndicator('url_analytics')")).isEqualTo("Unlimited");
            assertThat(page.run("page.modelSelector().split(' ').length")).isEqualTo("10");
        }
    }

    @Test
    void the_gate_and_the_page_count_the_same_and_each_user_by_themselves() {
        chat("free", "counted", 5);
        var limits = feature(get("free", "counted", FEATURES), "chat_basic").getJsonObject("limits");
        assertThat(limits.encode()).isEqualTo("{\"allowed\":false,\"current\":5,\"limit\":5,\"remaining\":0}");
        assertThat(post("free", "counted").status()).isEqualTo(429);
        assertThat(feature(get("free", "somebody-else", FEATURES), "chat_basic")
                        .getJsonObject("limits")
                        .getInteger("current"))
                .isZero();
    }

    @Test
    void the_members_stand_in_their_order() {
        var answer = get("enterprise", "order", FEATURES);
        assertThat(answer.text())
                .startsWith("{\"success\":true,\"data\":{\"tier\":\"enterprise\",\"features\":{")
                .contains("\"chat_basic\":{\"name\":\"Basic Chat\",\"description\":\"\",\"category\":\"chat\","
                        + "\"accessible\":true,\"is_beta\":false,"
                        + "\"limits\":{\"allowed\":true,\"current\":0,\"limit\":-1,\"remaining\":-1}}")
                .contains("},\"models\":[");
        assertThat(answer.header("X-Tiergate-Mode")).contains("enforce");
        assertThat(answer.header("Cache-Control")).contains("no-store");
    }

    @Test
    void suggestions_are_what_an_upgrade_would_unlock() {
        var suggestions = new JsonObject(get("free", "ann", SUGGESTIONS).text()).getJsonArray("suggestions");
        assertThat(suggestions.stream().map(one -> ((JsonObject) one).getString("feature_id")))
                .contains("video_generation", "url_analytics")
                .doesNotContain("chat_basic")
                .hasSize(8);
        assertThat(get("enterprise", "ann", SUGGESTIONS).text()).isEqualTo("{\"success\":true,\"suggestions\":[]}");
    }

    @Test
    void what_is_missing_is_said_as_phoenix_says_it() {
        gateway.sql("INSERT INTO stores (external_id, code, name, plan, tier_code) VALUES "
                + "('needy', 'needy', 'Needy', 'phoenix', 'premium')");
        gateway.sql("INSERT INTO store_feature_overrides (store_id, feature_code, enabled) "
                + "SELECT id, 'news_search', false FROM stores WHERE external_id = 'needy'");
        var answer = get("needy", "ann", FEATURES);
        assertThat(feature(answer, "news_content_extraction").getString("reason"))
                .startsWith("Required feature 'news_search' is not available");
    }

    @Test
    void a_store_that_is_not_active_may_use_nothing() {
        store("asleep", "premium", "suspended");
        var answer = get("asleep", "ann", FEATURES);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).contains("\"models\":[]").doesNotContain("\"accessible\":true");
    }

    @Test
    void the_cookie_that_routes_yaml_names_serves_as_well() {
        var answer = gateway.exchange("GET " + FEATURES + " HTTP/1.1\r\nHost: gw.test\r\nCookie: a=b; tiergate="
                + gateway.token("free") + "\r\n\r\n");
        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void who_is_not_signed_in_is_sent_to_the_login() {
        var answer = gateway.exchange("GET " + FEATURES + " HTTP/1.1\r\nHost: gw.test\r\n\r\n");
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.text())
                .isEqualTo(
                        "{\"error\":\"Authentication required\",\"code\":\"AUTH_REQUIRED\",\"redirect\":\"/login\"}");
    }

    @Test
    void a_token_without_a_user_is_not_enough_where_a_daily_limit_counts_users() {
        assertThat(withoutUser("free", FEATURES).status()).isEqualTo(401);
        assertThat(withoutUser("free", SUGGESTIONS).status()).isEqualTo(200);
        gateway.store("orion-store", "essential");
        assertThat(withoutUser("orion-store", FEATURES).status()).isEqualTo(200);
    }

    @Test
    void usage_of_limits_that_count_users_is_the_callers_own() {
        chat("free", "own-usage", 1);
        var usage = "/api/v1/store/usage";
        assertThat(get("free", "own-usage", usage).text())
                .contains(
                        "{\"limit_type\":\"chat_basic_daily\",\"name\":\"Basic Chat\",\"window\":\"day\",\"current\":1,");
        assertThat(withoutUser("free", usage).text()).contains("\"usage\":[]");
        assertThat(withoutUser("free", usage + "/check/chat_basic_daily").status())
                .isEqualTo(401);
        assertThat(get("free", "own-usage", usage + "/check/orders").status()).isEqualTo(404);
    }

    private static RawClient.Response withoutUser(String store, String path) {
        var now = Instant.now().getEpochSecond();
        var token = gateway.mint()
                .token(Map.of(
                        "iss",
                        RunningGateway.ISSUER,
                        "aud",
                        RunningGateway.AUDIENCE,
                        "store_id",
                        store,
                        "iat",
                        now,
                        "exp",
                        now + 600));
        return gateway.exchange(
                "GET " + path + " HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer " + token + "\r\n\r\n");
    }

    @Test
    void an_unknown_store_is_refused_in_the_words_of_phoenix() {
        var answer = get("nobody-knows", "ann", SUGGESTIONS);
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.text()).contains("\"code\":\"ACCESS_DENIED\"");
    }

    private static void chat(String store, String user, int times) {
        for (var i = 0; i < times; i++) {
            assertThat(post(store, user).status()).isEqualTo(200);
        }
    }

    private static RawClient.Response post(String store, String user) {
        return gateway.exchange("POST /api/chat HTTP/1.1\r\nHost: gw.test\r\nContent-Length: 0\r\n"
                + "Authorization: Bearer " + gateway.token(store, Map.of("sub", user)) + "\r\n\r\n");
    }

    private static RawClient.Response get(String store, String user, String path) {
        return gateway.exchange("GET " + path + " HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer "
                + gateway.token(store, Map.of("sub", user)) + "\r\n\r\n");
    }

    private static JsonObject feature(RawClient.Response answer, String code) {
        return new JsonObject(answer.text())
                .getJsonObject("data")
                .getJsonObject("features")
                .getJsonObject(code);
    }
}
