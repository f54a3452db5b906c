package dev.tiergate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.Eventually;
import dev.tiergate.RunningGateway;
import dev.tiergate.fixtures.Ports;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.RecordingBackend;
import dev.tiergate.fixtures.Redis;
import dev.tiergate.plugins.PluginCatalogue;
import dev.tiergate.routes.LoadResult;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The plugin as it is shipped, on a running gateway of one event loop, with a real service that it asks. */
class ValidatorPluginIT {

    private static final String ROUTES = """
            routes:
              - id: orders
                path: /orders
                feature: basic_orders
                check-limits: false
                plugins:
                  - validator:
                      url: "${RULES}/check?v=1"
                      headers: { Authorization: "Bearer ${RULES_TOKEN}" }
                      timeout: 5s
                    deadline: 10s
                upstream: shop
              - path: /fresh
                plugins: [ { validator: { url: "${RULES}", key: [ store ], ttl: 0s, timeout: 5s }, deadline: 10s } ]
                upstream: shop
              - path: /short
                plugins: [ { validator: { url: "${RULES}", ttl: 0s, timeout: 100ms }, deadline: 10s } ]
                upstream: shop
              - path: /lenient
                plugins: [ { validator: { url: "${RULES}", ttl: 0s, timeout: 100ms }, on-failure: pass, deadline: 10s } ]
                upstream: shop
              - path: /gone
                plugins: [ validator: { url: "${GONE}" } ]
                upstream: shop
              - path: /redis
                plugins: [ validator: { url: "${REDIS_PLACE}" } ]
                upstream: shop
              - { path: /plain, upstream: shop }
            """;

    private static final String YES = "{\"allow\":true}";
    private static final String NO =
            "{\"allow\":false,\"reason\":\"credit_hold\",\"message\":\"Two invoices are overdue\"}";

    private static final long DEADLINE_SECONDS = 30;

    private static RecordingBackend rules;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        rules = RecordingBackend.start();
        var redis = URI.create(Redis.shared().uri());
        gateway = RunningGateway.start(
                ROUTES,
                Map.of(
                        "RULES",
                        rules.uri(),
                        "RULES_TOKEN",
                        "of-the-service",
                        "GONE",
                        "http://127.0.0.1:" + Ports.free(),
                        "REDIS_PLACE",
                        "http://" + redis.getHost() + ":" + redis.getPort(),
                        "TIERGATE_EVENT_LOOPS",
                        "1"),
                PluginCatalogue.ofClassPath().checks());
        for (int store = 1; store <= 6; store++) {
            gateway.store("v" + store, "essential");
        }
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
        rules.close();
    }

    @BeforeEach
    void forget() {
        gateway.backend().reset();
        rules.reset();
        rules.respondWith(200, Map.of(), YES);
    }

    @Test
    void the_service_is_told_of_the_request_and_never_the_token() {
        assertThat(get("v1", "/orders").status()).isEqualTo(200);
        var asked = rules.last();
        assertThat(asked.method()).isEqualTo("POST");
        assertThat(asked.target()).isEqualTo("/check?v=1");
        assertThat(new String(asked.body(), StandardCharsets.UTF_8))
                .isEqualTo("{\"store\":\"v1\",\"user\":\"user-1\",\"roles\":[],\"feature\":\"basic_orders\","
                        + "\"route\":\"orders\"}");
        assertThat(asked.header("Content-Type")).contains("application/json");
        assertThat(asked.headers("Authorization")).containsExactly("Bearer of-the-service");
        assertThat(gateway.backend().requests()).hasSize(1);
    }

    @Test
    void a_no_refuses_the_request_in_the_services_words() {
        rules.respondWith(200, Map.of(), NO);
        var refused = get("v2", "/orders");
        assertThat(refused.status()).isEqualTo(403);
        var json = new JsonObject(refused.text());
        assertThat(json.getString("reason")).isEqualTo("validator_refused");
        assertThat(json.getString("cause")).isEqualTo("credit_hold");
        assertThat(json.getString("detail")).isEqualTo("Two invoices are overdue");
        assertThat(json.getString("feature_code")).isEqualTo("basic_orders");
        assertThat(gateway.backend().requests()).isEmpty();
    }

    @Test
    void an_answer_is_remembered_for_the_same_store_and_no_other() {
        var remembered = "tiergate_plugin_validator_requests_total{answer=\"remembered\"}";
        var before = gateway.metric(remembered);
        get("v3", "/orders");
        rules.respondWith(200, Map.of(), NO);
        assertThat(get("v3", "/orders").status()).isEqualTo(200);
        assertThat(get("v4", "/orders").status()).isEqualTo(403);
        assertThat(rules.count()).isEqualTo(2);
        assertThat(gateway.metric(remembered)).isEqualTo(before + 1);
    }

    @Test
    void without_time_each_request_asks() {
        get("v1", "/fresh");
        rules.respondWith(200, Map.of(), NO);
        assertThat(get("v1", "/fresh").status()).isEqualTo(403);
        assertThat(new String(rules.last().body(), StandardCharsets.UTF_8)).isEqualTo("{\"store\":\"v1\"}");
        assertThat(rules.count()).isEqualTo(2);
    }

    @Test
    void requests_that_ask_the_same_at_the_same_time_ask_once_and_the_loop_serves_on() throws Exception {
        var shared = "tiergate_plugin_validator_requests_total{answer=\"shared\"}";
        var before = gateway.metric(shared);
        var answers = new ArrayList<CompletableFuture<RawClient.Response>>();
        try (var hold = rules.hold()) {
            for (int request = 0; request < 5; request++) {
                answers.add(
                        CompletableFuture.supplyAsync(() -> get("v5", "/fresh"), asked -> new Thread(asked).start()));
            }
            Eventually.so("four wait with the first", () -> gateway.metric(shared) == before + 4);
            assertThat(get("v5", "/plain").status()).isEqualTo(200);
            assertThat(rules.arrived()).isEqualTo(1);
        }
        for (var answer : answers) {
            assertThat(answer.get(DEADLINE_SECONDS, TimeUnit.SECONDS).status()).isEqualTo(200);
        }
        assertThat(rules.count()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "500 | {\"allow\":true}",
                "204 | ''",
                "302 | {\"allow\":true}",
                "200 | maybe",
                "200 | {}",
                "200 | {\"allow\":\"yes\"}",
                "200 | long",
            })
    void what_is_no_answer_is_a_503_or_passes_as_the_route_says(int status, String body) {
        var sent = body.equals("long") ? "{\"allow\":true,\"more\":\"" + "x".repeat(16 * 1024) + "\"}" : body;
        var headers = status == 302 ? Map.of("Location", rules.uri() + "/elsewhere") : Map.<String, String>of();
        rules.respondWith(status, headers, sent);
        var refused = get("v1", "/fresh");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(new JsonObject(refused.text()).getString("reason")).isEqualTo("check_failed");
        assertThat(get("v1", "/lenient").status()).isEqualTo(200);
        assertThat(rules.requests()).noneMatch(asked -> asked.target().contains("elsewhere"));
    }

    @Test
    void a_service_that_does_not_answer_in_time_has_failed_and_is_left() {
        var failed = "tiergate_plugin_validator_answers_total{outcome=\"failed\"}";
        var before = gateway.metric(failed);
        try (var hold = rules.hold()) {
            assertThat(get("v1", "/short").status()).isEqualTo(503);
            assertThat(get("v1", "/lenient").status()).isEqualTo(200);
            rules.awaitAborted(2);
        }
        assertThat(gateway.metric(failed)).isEqualTo(before + 2);
        assertThat(gateway.metric("tiergate_plugin_faults_total{kind=\"failed\",plugin=\"validator\"}"))
                .isPositive();
        assertThat(get("v1", "/fresh").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/gone", "/redis"})
    void a_service_that_is_not_there_or_is_the_gateways_own_redis_is_not_asked(String path) {
        assertThat(get("v1", path).status()).isEqualTo(503);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | url",
                "{ url: \"ftp://rules.example.com/\" } | 'url' must begin with http:// or https://",
                "{ url: \"http://me:secret@rules.example.com/\" } | 'url' holds no user name or password",
                "{ url: \"http://169.254.169.254/latest\" } | 'url' must not be a link-local or metadata address",
                "{ url: \"http://rules.example.com/\", key: [] } | key",
                "{ url: \"http://rules.example.com/\", key: [ token ] } | key",
                "{ url: \"http://rules.example.com/\", ttl: 2h } | 'ttl' must be from 0s to 1h",
                "{ url: \"http://rules.example.com/\", entries: 0 } | entries",
                "{ url: \"http://rules.example.com/\", timeout: 5ms } | 'timeout' must be from 10ms to 30s",
                "{ url: \"http://rules.example.com/\", headers: { \"X Y\": \"${UNSET:-}\" } } | 'headers' has a name or a value",
                "{ url: \"http://rules.example.com/\", headers: { X-Key: s3cret } } | X-Key must not stand in the file",
                "{ url: \"http://rules.example.com/\", headers: { X-Key: \"Bearer ${UNSET:-s3cret}\" } }"
                        + " | X-Key must not stand in the file, nor a default for it",
                "{ url: \"http://rules.example.com/\", headers: { X-Key: \"Bearer ${UNSET}\" } }"
                        + " | the environment variable UNSET is not set",
            })
    void a_wrong_configuration_is_a_problem_with_its_place(String config, String message) throws Exception {
        var text = """
                version: 1
                upstreams: { shop: { endpoints: [ "http://127.0.0.1:9001" ] } }
                auth: { jwt: { jwks: "https://id.example.com/jwks", algorithms: [ RS256 ] } }
                plugins: [ validator: %s ]
                routes: [ { path: /x, upstream: shop } ]
                """.formatted(config);
        var result = PluginCatalogue.ofClassPath().routes(name -> null).load("routes.yaml", text, null);
        assertThat(result)
                .isInstanceOfSatisfying(
                        LoadResult.Rejected.class,
                        rejected -> assertThat(rejected.problems())
                                .singleElement()
                                .asString()
                                .matches("routes\\.yaml:4:[0-9]+: .+")
                                .contains(message)
                                .doesNotContain("s3cret"));
    }

    private static RawClient.Response get(String store, String path) {
        return gateway.get(store, path);
    }
}
