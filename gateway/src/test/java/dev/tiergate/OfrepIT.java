package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.openfeature.contrib.providers.ofrep.OfrepProvider;
import dev.openfeature.contrib.providers.ofrep.OfrepProviderOptions;
import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.ErrorCode;
import dev.openfeature.sdk.ImmutableContext;
import dev.openfeature.sdk.OpenFeatureAPI;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.Redis;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The gate's answers as flags: as the protocol has them, and as OpenFeature's own Java client reads them. */
class OfrepIT {

    private static final String FLAGS = "/ofrep/v1/evaluate/flags";

    private static final String ROUTES = """
            routes:
              - { path: /api/orders, methods: [ POST ], feature: basic_orders, upstream: shop }
              - { path: /api/analytics, feature: advanced_analytics, upstream: shop }
            """;

    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = RunningGateway.start(ROUTES);
        gateway.store("small", "essential");
        gateway.store("large", "enterprise");
        gateway.store("client", "essential");
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    @Test
    void a_feature_is_a_boolean_and_says_what_to_upgrade_to() {
        var denied = flag("small", "advanced_analytics");
        assertThat(denied.getValue("value")).isEqualTo(false);
        assertThat(denied.getString("reason")).isEqualTo("TARGETING_MATCH");
        assertThat(denied.getString("variant")).isEqualTo("disabled");
        assertThat(denied.getJsonObject("metadata").getMap())
                .containsEntry("reason", "tier_too_low")
                .containsEntry("required_tier", "Business")
                .containsEntry("upgrade_url", "/store/store-small/billing")
                .containsEntry("gating_mode", "enforce");

        var allowed = flag("large", "advanced_analytics");
        assertThat(allowed.getValue("value")).isEqualTo(true);
        assertThat(allowed.getString("variant")).isEqualTo("enabled");
        assertThat(allowed.getJsonObject("metadata").getMap()).doesNotContainKey("required_tier");
    }

    @Test
    void the_pages_example_is_an_answer() {
        gateway.sql("INSERT INTO stores (external_id, code, name, plan, tier_code)"
                + " VALUES ('documented', 'tea-corner', 'Tea Corner', 'orion', 'essential')");
        var example = Docs.blocks(Docs.root().resolve("docs/events.md"), "json").get(2);
        assertThat(flag("documented", "advanced_analytics")).isEqualTo(new JsonObject(example));
    }

    @Test
    void limits_are_integers_and_asking_charges_nothing() {
        gateway.store("counting", "essential");
        assertThat(flag("counting", "orders.limit").getInteger("value")).isEqualTo(100);
        for (int used = 0; used < 3; used++) {
            assertThat(flag("counting", "orders.remaining").getInteger("value")).isEqualTo(100 - used);
            assertThat(flag("counting", "basic_orders")
                            .getJsonObject("metadata")
                            .getInteger("remaining"))
                    .isEqualTo(100 - used);
            assertThat(order("counting")).isEqualTo(200);
        }
        assertThat(flag("large", "orders.limit").getInteger("value")).isEqualTo(-1);
        assertThat(flag("large", "orders.remaining").getInteger("value")).isEqualTo(-1);
        assertThat(flag("large", "orders.remaining").getString("variant")).isEqualTo("unlimited");
    }

    @Test
    void a_suspended_store_may_use_nothing() {
        gateway.store("suspended", "enterprise");
        gateway.sql("UPDATE stores SET status = 'suspended' WHERE external_id = 'suspended'");
        var flag = flag("suspended", "advanced_analytics");
        assertThat(flag.getValue("value")).isEqualTo(false);
        assertThat(flag.getJsonObject("metadata").getString("reason")).isEqualTo("store_suspended");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|200|",
                "{}|200|",
                "{\"context\":{}}|200|",
                "{\"context\":{\"targetingKey\":\"small\"}}|200|",
                "{\"context\":{\"targetingKey\":\"store-small\",\"more\":[1]}}|200|",
                "{\"context\":{\"targetingKey\":\"user-1\"}}|200|",
                "{\"context\":{\"targetingKey\":\"large\"}}|400|INVALID_CONTEXT",
                "{\"context\":{\"targetingKey\":7}}|400|INVALID_CONTEXT",
                "{\"context\":[]}|400|INVALID_CONTEXT",
                "[]|400|PARSE_ERROR",
                "{\"context\":|400|PARSE_ERROR",
            })
    void the_context_agrees_with_the_token_or_says_nothing(String body, int status, String code) {
        for (var path : List.of(FLAGS, FLAGS + "/basic_orders")) {
            var answer = post("small", path, body, "");
            assertThat(answer.status()).as(answer.text()).isEqualTo(status);
            assertThat(new JsonObject(answer.text()).getString("errorCode")).isEqualTo(code);
        }
    }

    @ParameterizedTest
    @CsvSource({"no_such_flag", "no_such.limit", "orders", ".limit", ".remaining", "orders.used"})
    void an_unknown_flag_is_not_found(String key) {
        var answer = post("small", FLAGS + "/" + key, "{}", "");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(new JsonObject(answer.text()))
                .isEqualTo(new JsonObject()
                        .put("key", key)
                        .put("errorCode", "FLAG_NOT_FOUND")
                        .put("errorDetails", "There is no such flag")
                        .put("metadata", new JsonObject()));
    }

    @Test
    void without_a_good_token_nothing_is_evaluated() {
        for (var path : List.of(FLAGS, FLAGS + "/basic_orders")) {
            var anonymous =
                    gateway.exchange("POST " + path + " HTTP/1.1\r\nHost: gw.test\r\nContent-Length: 2\r\n\r\n{}");
            assertThat(anonymous.status()).isEqualTo(401);
            assertThat(anonymous.header("WWW-Authenticate")).contains("Bearer");
            assertThat(post("nobody", path, "{}", "").status()).isEqualTo(403);
        }
        assertThat(gateway.metric("tiergate_refused_total{reason=\"authentication_required\",status=\"401\"}"))
                .isGreaterThanOrEqualTo(2);
    }

    @Test
    void a_body_has_64_kib_and_not_one_byte_more() {
        var frame = "{\"context\":{\"x\":\"\"}}";
        var most = 64 * 1024 - frame.length();
        assertThat(post("small", FLAGS, frame.replace("\"\"", "\"" + "x".repeat(most) + "\""), "")
                        .status())
                .isEqualTo(200);
        assertThat(post("small", FLAGS, frame.replace("\"\"", "\"" + "x".repeat(most + 1) + "\""), "")
                        .status())
                .isEqualTo(413);
    }

    @Test
    void all_flags_come_at_once_and_agree_with_single_ones_and_with_the_gate() {
        for (var store : List.of("small", "large")) {
            var bulk = new JsonObject(post(store, FLAGS, "{}", "").text());
            Map<String, JsonObject> flags = bulk.getJsonArray("flags").stream()
                    .map(JsonObject.class::cast)
                    .collect(Collectors.toMap(flag -> flag.getString("key"), flag -> flag));
            assertThat(flags).hasSize(32 + 2 * 3).containsKeys("orders.limit", "orders.remaining");
            flags.forEach((key, flag) -> assertThat(flag(store, key)).isEqualTo(flag));
            var passes = gateway.get(store, "/api/analytics").status() == 200;
            assertThat(flags.get("advanced_analytics").getBoolean("value")).isEqualTo(passes);
        }
    }

    @Test
    void what_is_unchanged_is_not_sent_again() {
        gateway.store("tagged", "essential");
        var first = post("tagged", FLAGS, "{}", "");
        var tag = first.header("ETag").orElseThrow();
        var same = post("tagged", FLAGS, "{}", "If-None-Match: " + tag + "\r\n");
        assertThat(same.status()).isEqualTo(304);
        assertThat(same.header("ETag")).contains(tag);
        order("tagged");
        var next = post("tagged", FLAGS, "{}", "If-None-Match: " + tag + "\r\n");
        assertThat(next.status()).isEqualTo(200);
        assertThat(next.header("ETag").orElseThrow()).isNotEqualTo(tag);
    }

    @Test
    void the_change_stream_says_when_to_ask_again() throws Exception {
        gateway.store("streamed", "essential");
        var bulk = new JsonObject(post("streamed", FLAGS, "{}", "").text());
        var stream = bulk.getJsonArray("eventStreams").getJsonObject(0);
        assertThat(stream.getString("type")).isEqualTo("sse");
        try (var page = EventStream.open(
                gateway.port(), stream.getJsonObject("endpoint").getString("requestUri"), Map.of())) {
            assertThat(page.status()).isEqualTo(200);
            gateway.sql("UPDATE stores SET tier_code = 'business' WHERE external_id = 'streamed'");
            var event = page.next();
            assertThat(event.name()).isEqualTo("message");
            assertThat(event.data()).isEqualTo(new JsonObject("{\"type\":\"refetchEvaluation\"}"));
        }
    }

    @Test
    void with_redis_away_features_are_evaluated_and_counts_are_not() throws Exception {
        try (var redis = Redis.embedded();
                var alone = RunningGateway.start(
                        ROUTES,
                        Map.of("TIERGATE_REDIS_URL", redis.uri(), "TIERGATE_REDIS_DEADLINE_MS", "250"),
                        List.of())) {
            alone.store("1", "essential");
            redis.pause();
            var token = alone.token("1");
            assertThat(post(alone, token, FLAGS + "/basic_orders", "{}", "").status())
                    .isEqualTo(200);
            assertThat(post(alone, token, FLAGS + "/orders.limit", "{}", "").status())
                    .isEqualTo(200);
            var count = post(alone, token, FLAGS + "/orders.remaining", "{}", "");
            assertThat(count.status()).isEqualTo(503);
            assertThat(count.header("Retry-After")).contains("1");
            var bulk = post(alone, token, FLAGS, "{}", "");
            assertThat(bulk.status()).isEqualTo(200);
            assertThat(bulk.text()).contains("\"key\":\"orders.remaining\",\"errorCode\":\"GENERAL\"");
            assertThat(bulk.text()).doesNotContain("eventStreams");
            redis.resume();
        }
    }

    @Test
    void with_its_apis_off_the_paths_are_an_upstreams() throws Exception {
        try (var without = RunningGateway.start("apis: { store: off, ofrep: on }\n" + ROUTES);
                var none = RunningGateway.start(
                        "apis: { ofrep: off }\ngating: { unmatched: { pass: shop } }\n" + ROUTES)) {
            without.store("1", "essential");
            assertThat(post(without, without.token("1"), FLAGS, "{}", "").text())
                    .doesNotContain("eventStreams");
            post(none, none.token("1"), FLAGS, "{}", "");
            assertThat(none.backend().last().target()).isEqualTo(FLAGS);
        }
    }

    @Test
    void openfeatures_java_client_reads_all_of_it() throws Exception {
        var threads = Executors.newFixedThreadPool(2);
        try {
            var client = client(threads, "client", gateway.token("client"));
            assertThat(client.getBooleanValue("basic_orders", false)).isTrue();
            assertThat(client.getBooleanValue("advanced_analytics", true)).isFalse();
            assertThat(client.getIntegerValue("orders.limit", 7)).isEqualTo(100);
            assertThat(client.getIntegerValue("orders.remaining", 7)).isEqualTo(100);

            var details = client.getBooleanDetails("advanced_analytics", true);
            assertThat(details.getReason()).isEqualTo("TARGETING_MATCH");
            assertThat(details.getVariant()).isEqualTo("disabled");
            assertThat(details.getFlagMetadata().getString("required_tier")).isEqualTo("Business");
            assertThat(details.getFlagMetadata().getString("upgrade_url")).isEqualTo("/store/store-client/billing");
            assertThat(client.getBooleanDetails("basic_orders", false)
                            .getFlagMetadata()
                            .getInteger("remaining"))
                    .isEqualTo(100);

            assertThat(client.getBooleanDetails("no_such_flag", true).getErrorCode())
                    .isEqualTo(ErrorCode.FLAG_NOT_FOUND);
            assertThat(client.getStringDetails("basic_orders", "x").getErrorCode())
                    .isEqualTo(ErrorCode.TYPE_MISMATCH);
            assertThat(client.getBooleanDetails("basic_orders", true, new ImmutableContext("other"))
                            .getErrorCode())
                    .isEqualTo(ErrorCode.INVALID_CONTEXT);
            assertThat(client.getBooleanValue("basic_orders", false, new ImmutableContext("client")))
                    .isTrue();

            gateway.sql("UPDATE stores SET tier_code = 'business' WHERE external_id = 'client'");
            Eventually.holds("the upgrade is seen", () -> client.getBooleanValue("advanced_analytics", false));

            var stranger = client(threads, "stranger", "no token");
            assertThat(stranger.getBooleanDetails("basic_orders", true).getErrorMessage())
                    .contains("authorization");
        } finally {
            OpenFeatureAPI.getInstance().shutdown();
            threads.shutdownNow();
        }
    }

    private static Client client(ExecutorService threads, String domain, String token) throws Exception {
        var provider = OfrepProvider.constructProvider(OfrepProviderOptions.builder()
                .baseUrl("http://127.0.0.1:" + gateway.port())
                .headers(ImmutableMap.of("Authorization", ImmutableList.of("Bearer " + token)))
                .executor(threads)
                .build());
        OpenFeatureAPI.getInstance().setProviderAndWait(domain, provider);
        return OpenFeatureAPI.getInstance().getClient(domain);
    }

    private static JsonObject flag(String store, String key) {
        var answer = post(store, FLAGS + "/" + key, "{}", "");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return new JsonObject(answer.text());
    }

    private static int order(String store) {
        return post(store, "/api/orders", "{}", "").status();
    }

    private static RawClient.Response post(String store, String path, String body, String headers) {
        return post(gateway, gateway.token(store), path, body, headers);
    }

    private static RawClient.Response post(RunningGateway to, String token, String path, String body, String headers) {
        return to.exchange("POST " + path + " HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer " + token
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n" + headers + "\r\n"
                + body);
    }
}
