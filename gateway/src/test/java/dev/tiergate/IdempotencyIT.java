package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Ports;
import dev.tiergate.fixtures.RawClient;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are sent again, through a whole gateway. */
class IdempotencyIT extends GatewayScene {

    private static final String ROUTES = """
            routes:
              - { path: /orders, feature: basic_orders, idempotency-key: optional, upstream: shop }
              - { path: /other, feature: basic_orders, idempotency-key: optional, upstream: shop }
              - { path: /required, feature: basic_orders, idempotency-key: required, upstream: shop }
              - { path: /dear, charge: [ { limit: orders, cost: 101 } ], idempotency-key: optional, upstream: shop }
              - { path: /watched, feature: basic_orders, idempotency-key: optional, mode: shadow, upstream: shop }
              - { path: /plain, feature: basic_orders, upstream: shop }
            """;

    private static final String WITHOUT_COUNTERS = """
            gating: { on-limits-down: POLICY }
            routes: [ { path: /orders, feature: basic_orders, idempotency-key: optional, upstream: shop } ]
            """;

    private static final int MOST_BODY = 1024 * 1024;
    private static final int ORDERS = 100;
    private static final int AT_ONCE = 50;

    @BeforeAll
    static void start() throws Exception {
        serve(ROUTES);
    }

    @Test
    void the_third_repeat_is_free_and_the_fourth_is_charged() {
        var store = store("repeats");
        var free = repeats("free");
        var asNew = repeats("as_new");
        assertThat(send(store, "/orders", "k", "body")).isEqualTo("200 r=99");
        for (int repeat = 1; repeat <= 3; repeat++) {
            assertThat(send(store, "/orders", "k", "body")).isEqualTo("200 r=99");
        }
        assertThat(send(store, "/orders", "k", "body")).isEqualTo("200 r=98");
        assertThat(send(store, "/orders", "k", "body")).isEqualTo("200 r=98");
        assertThat(gateway.backend().requests())
                .hasSize(6)
                .allSatisfy(
                        request -> assertThat(request.header("Idempotency-Key")).contains("k"))
                .allSatisfy(request -> assertThat(request.text()).isEqualTo("body"));
        assertThat(repeats("free") - free).isEqualTo(4);
        assertThat(repeats("as_new") - asNew).isOne();
    }

    @Test
    void other_content_under_a_key_is_refused_and_costs_nothing() {
        var store = store("content");
        send(store, "/orders?x=1", "k", "body");
        for (var target : List.of("/orders?x=2", "/orders", "/ORDERS?x=1")) {
            assertThat(send(store, target, "k", "body")).isEqualTo("422 idempotency_key_reused");
        }
        assertThat(send(store, "/orders?x=1", "k", "Body")).isEqualTo("422 idempotency_key_reused");
        var get = exchange("GET", gateway.token(store), "/orders?x=1", "Idempotency-Key: k\r\n", "body");
        assertThat(get.status()).isEqualTo(422);
        assertThat(gateway.backend().count()).isOne();
        assertThat(left(store)).isEqualTo(ORDERS - 1);
    }

    @Test
    void store_user_and_route_have_keys_of_their_own() {
        var store = store("own");
        assertThat(send(store, "/orders", "k", "a")).isEqualTo("200 r=99");
        assertThat(send(store, "/other", "k", "b")).isEqualTo("200 r=98");
        assertThat(line(exchange("POST", token(store, "bob"), "/orders", "Idempotency-Key: k\r\n", "c")))
                .isEqualTo("200 r=97");
        assertThat(line(exchange("POST", tokenOfNobody(store), "/orders", "Idempotency-Key: k\r\n", "d")))
                .isEqualTo("200 r=96");
        assertThat(send(store("own-2"), "/orders", "k", "e")).isEqualTo("200 r=99");
        assertThat(send(store, "/orders", "k2", "f")).isEqualTo("200 r=95");
        assertThat(send(store, "/orders", "k", "a")).isEqualTo("200 r=95");
    }

    @Test
    void of_fifty_at_once_one_is_charged() throws Exception {
        var store = store("fifty");
        List<RawClient> clients = new ArrayList<>();
        try {
            var waiting = repeats("in_flight");
            try (var held = gateway.backend().hold()) {
                var request = request("POST", gateway.token(store), "/orders", "Idempotency-Key: k\r\n", "body");
                for (int i = 0; i < AT_ONCE; i++) {
                    clients.add(RawClient.connect(gateway.port()));
                }
                clients.forEach(client -> client.send(request));
                Eventually.holds("all others are told to wait", () -> repeats("in_flight") == waiting + AT_ONCE - 1);
            }
            var lines = clients.stream().map(client -> line(client.read())).toList();
            assertThat(lines).containsOnlyOnce("200 r=99");
            assertThat(lines.stream().filter("409 idempotency_in_flight"::equals))
                    .hasSize(AT_ONCE - 1);
        } finally {
            clients.forEach(RawClient::close);
        }
        assertThat(left(store)).isEqualTo(ORDERS - 1);
    }

    @Test
    void while_the_first_is_in_flight_a_repeat_is_told_to_wait_and_then_it_is_free() throws Exception {
        var store = store("flight");
        try (var first = RawClient.connect(gateway.port())) {
            try (var held = gateway.backend().hold()) {
                first.send(request("POST", gateway.token(store), "/orders", "Idempotency-Key: k\r\n", "body"));
                gateway.backend().awaitRequests(1);
                var early = exchange("POST", gateway.token(store), "/orders", "Idempotency-Key: k\r\n", "body");
                assertThat(early.status()).isEqualTo(409);
                assertThat(early.header("Retry-After")).contains("1");
                assertThat(send(store, "/orders", "k", "other")).isEqualTo("422 idempotency_key_reused");
            }
            assertThat(line(first.read())).isEqualTo("200 r=99");
        }
        assertThat(send(store, "/orders", "k", "body")).isEqualTo("200 r=99");
    }

    @Test
    void a_first_request_that_was_refused_is_a_first_again() {
        var store = store("refused");
        assertThat(send(store, "/dear", "k", "a")).isEqualTo("429 limit_reached");
        assertThat(send(store, "/dear", "k", "b")).isEqualTo("429 limit_reached");
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 503})
    void a_first_request_that_the_backend_failed_is_a_first_again(int status) {
        var store = store("failed-" + status);
        gateway.backend().respondWith(status, Map.of(), "no");
        assertThat(exchange("POST", gateway.token(store), "/orders", "Idempotency-Key: k\r\n", "a")
                        .status())
                .isEqualTo(status);
        gateway.backend().reset();
        assertThat(send(store, "/orders", "k", "b")).isEqualTo("200 r=99");
        assertThat(send(store, "/orders", "k", "b")).isEqualTo("200 r=99");
    }

    @Test
    void a_first_request_that_the_backend_broke_off_is_a_first_again() {
        var store = store("broken");
        gateway.backend().respond((received, response) -> response.reset());
        assertThat(send(store, "/orders", "k", "a")).isEqualTo("502 upstream_unavailable");
        assertThat(send(store, "/orders", "k", "b")).isEqualTo("502 upstream_unavailable");
        assertThat(left(store)).isEqualTo(ORDERS);
    }

    @Test
    void a_first_request_that_the_backend_did_not_like_was_charged_and_its_repeat_is_free() {
        var store = store("disliked");
        gateway.backend().respondWith(409, Map.of(), "{}");
        for (int i = 0; i < 2; i++) {
            assertThat(exchange("POST", gateway.token(store), "/orders", "Idempotency-Key: k\r\n", "a")
                            .header("RateLimit")
                            .orElse(""))
                    .startsWith("\"orders\";r=99;");
        }
    }

    @Test
    void a_body_can_have_a_mebibyte_and_arrives_unchanged() {
        var store = store("body");
        var most = "x".repeat(MOST_BODY);
        assertThat(send(store, "/orders", "k", most)).isEqualTo("200 r=99");
        assertThat(send(store, "/orders", "k", most)).isEqualTo("200 r=99");
        assertThat(gateway.backend().last().text()).isEqualTo(most);
        assertThat(send(store, "/orders", "k", most.substring(1) + 'y')).isEqualTo("422 idempotency_key_reused");
        assertThat(send(store, "/orders", "k2", most + 'x')).isEqualTo("413 request_too_large");
        assertThat(exchange("POST", gateway.token(store), "/orders", "", most + 'x')
                        .status())
                .as("without a key there is no bound")
                .isEqualTo(200);
    }

    @Test
    void a_body_in_chunks_is_the_same_as_one_of_known_length() {
        var store = store("chunks");
        assertThat(send(store, "/orders", "k", "body")).isEqualTo("200 r=99");
        var chunked = gateway.exchange("POST /orders HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer "
                + gateway.token(store)
                + "\r\nIdempotency-Key: k\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n");
        assertThat(line(chunked)).isEqualTo("200 r=99");
        assertThat(gateway.backend().last().text()).isEqualTo("body");
    }

    @Test
    void a_key_that_is_missing_or_malformed_is_refused() {
        var store = store("malformed");
        assertThat(line(exchange("POST", gateway.token(store), "/required", "", "a")))
                .isEqualTo("400 idempotency_key_required");
        assertThat(send(store, "/required", "k".repeat(255), "a")).isEqualTo("200 r=99");
        assertThat(send(store, "/required", "k".repeat(256), "a")).isEqualTo("400 idempotency_key_invalid");
        assertThat(send(store, "/required", "", "a")).isEqualTo("400 idempotency_key_invalid");
        assertThat(line(exchange(
                        "POST",
                        gateway.token(store),
                        "/required",
                        "Idempotency-Key: a\r\nIdempotency-Key: a\r\n",
                        "a")))
                .isEqualTo("400 idempotency_key_invalid");
        assertThat(gateway.backend().count()).isOne();
    }

    @Test
    void shadow_mode_refuses_nothing_and_has_keys_of_its_own() {
        var store = store("shadow");
        for (var body : List.of("a", "b", "x".repeat(MOST_BODY + 1))) {
            assertThat(exchange("POST", gateway.token(store), "/watched", "Idempotency-Key: k\r\n", body)
                            .status())
                    .isEqualTo(200);
        }
        assertThat(exchange("POST", gateway.token(store), "/watched", "Idempotency-Key: a b\r\n", "a")
                        .status())
                .isEqualTo(200);
        assertThat(gateway.backend().requests())
                .extracting(request -> request.header("X-Tiergate-Decision").orElse(""))
                .containsExactly("shadow-allow", "shadow-deny", "shadow-deny", "shadow-deny");
        assertThat(left(store)).isEqualTo(ORDERS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"allow", "deny"})
    void where_redis_is_away_the_policy_for_limits_decides(String policy) throws Exception {
        var away = "redis://127.0.0.1:" + Ports.free();
        try (var alone = RunningGateway.start(
                WITHOUT_COUNTERS.replace("POLICY", policy), Map.of("TIERGATE_REDIS_URL", away), List.of())) {
            alone.store("idempotency-away", "essential");
            var answer = alone.exchange("POST /orders HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer "
                    + alone.token("idempotency-away") + "\r\nIdempotency-Key: k\r\nContent-Length: 0\r\n\r\n");
            if (policy.equals("deny")) {
                assertThat(line(answer)).isEqualTo("503 limits_unavailable");
            } else {
                assertThat(answer.status()).isEqualTo(200);
                assertThat(alone.backend().last().header("X-Tiergate-Decision")).contains("fail-open");
            }
        }
    }

    private static String store(String name) {
        var store = "idempotency-" + name;
        gateway.store(store, "essential");
        return store;
    }

    private static String token(String store, String user) {
        return gateway.token(store, Map.of("sub", user));
    }

    /** Names a store and no user. */
    private static String tokenOfNobody(String store) {
        var soon = Instant.now().getEpochSecond() + 3600;
        return gateway.mint()
                .token(Map.of(
                        "iss", RunningGateway.ISSUER, "aud", RunningGateway.AUDIENCE, "store_id", store, "exp", soon));
    }

    /** Status, and what is left or why it was refused. */
    private static String send(String store, String target, String key, String body) {
        return line(exchange("POST", gateway.token(store), target, "Idempotency-Key: " + key + "\r\n", body));
    }

    private static String line(RawClient.Response answer) {
        var left = answer.header("RateLimit").orElse("").replaceAll("\"orders\";(r=[0-9]+).*", "$1");
        return answer.status() + " "
                + (answer.status() < 300 ? left : new JsonObject(answer.text()).getString("reason"));
    }

    private static RawClient.Response exchange(
            String method, String token, String target, String headers, String body) {
        return gateway.exchange(request(method, token, target, headers, body));
    }

    private static String request(String method, String token, String target, String headers, String body) {
        return method + ' ' + target + " HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer " + token + "\r\n" + headers
                + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    /** What the store has left, without taking of it. */
    private static int left(String store) {
        var check = gateway.get(store, "/api/v1/store/usage/check/orders");
        return new JsonObject(check.text()).getInteger("remaining");
    }

    private static double repeats(String outcome) {
        return gateway.metric("tiergate_idempotent_repeats_total{outcome=\"" + outcome + "\"}");
    }
}
