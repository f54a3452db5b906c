package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Postgres;
import dev.tiergate.fixtures.RawClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Two gateways over one PostgreSQL and one Redis, and what their pages do. */
abstract class EventScene {

    static final String PATH = "/api/v1/store/events";
    static final String FEATURES = "/api/v1/store/features/available";
    static final Duration AT_ONCE = Duration.ofSeconds(1);

    static final String ROUTES = """
            cors: { origins: [ "https://pages.example" ] }
            routes:
              - { path: /api/orders, methods: [ POST ], feature: basic_orders, upstream: shop }
              - { path: /api/shadow, methods: [ POST ], feature: basic_orders, mode: shadow, upstream: shop }
            """;

    static RunningGateway one;
    static RunningGateway two;

    @BeforeAll
    static void start() throws Exception {
        var database = Postgres.shared().createDatabase();
        one = RunningGateway.start(ROUTES, Map.of("TIERGATE_DATABASE_URL", database), List.of());
        two = RunningGateway.start(
                ROUTES,
                Map.of("TIERGATE_DATABASE_URL", database, "KEY", one.mint().publicKeyPem()),
                List.of());
        essential("sentinel");
    }

    @AfterAll
    static void stop() throws Exception {
        one.close();
        two.close();
    }

    /** Notifications come in order: when both nodes told of a change made now, all changes before it are history. */
    static void settle() throws Exception {
        one.sql("UPDATE stores SET status = 'suspended' WHERE external_id = 'sentinel'");
        for (var gateway : List.of(one, two)) {
            Eventually.holds(
                    "the change is known", () -> available(gateway, "sentinel").isEmpty());
        }
        one.sql("UPDATE stores SET status = 'active' WHERE external_id = 'sentinel'");
        for (var gateway : List.of(one, two)) {
            Eventually.holds(
                    "the change is known", () -> !available(gateway, "sentinel").isEmpty());
        }
    }

    static RawClient.Response get(RunningGateway gateway, String store, String target) {
        return raw(gateway, target, "Authorization: Bearer " + one.token(store) + "\r\n");
    }

    static JsonArray available(RunningGateway gateway, String store) {
        return new JsonObject(get(gateway, store, FEATURES).text()).getJsonArray("features");
    }

    static EventStream stream(RunningGateway gateway, String store) throws Exception {
        return stream(gateway, store, Map.of());
    }

    static EventStream stream(RunningGateway gateway, String store, Map<String, String> more) throws Exception {
        var headers = new HashMap<>(more);
        headers.put("Authorization", "Bearer " + one.token(store));
        var page = EventStream.open(gateway.port(), PATH, headers);
        assertThat(page.status()).isEqualTo(200);
        return page;
    }

    static String ticket(RunningGateway gateway, String store) {
        var answer = post(gateway, store, PATH + "/ticket");
        assertThat(answer.status()).isEqualTo(200);
        var json = new JsonObject(answer.text());
        assertThat(json.getInteger("expires_in")).isEqualTo(30);
        return json.getString("ticket");
    }

    static RawClient.Response raw(RunningGateway gateway, String target, String headers) {
        return gateway.exchange("GET " + target + " HTTP/1.1\r\nHost: gw.test\r\n" + headers + "\r\n");
    }

    static RawClient.Response post(RunningGateway gateway, String store, String path) {
        return gateway.exchange("POST " + path + " HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer "
                + one.token(store) + "\r\nContent-Length: 0\r\n\r\n");
    }

    static void orders(String store, int count) {
        for (int i = 0; i < count; i++) {
            orders(i % 2 == 0 ? one : two, store, 1, 200);
        }
    }

    static void orders(RunningGateway gateway, String store, int count, int status) {
        for (int i = 0; i < count; i++) {
            assertThat(post(gateway, store, "/api/orders").status()).isEqualTo(status);
        }
    }

    /** A store that may make so many orders a month. */
    static void store(String id, int orders) throws Exception {
        one.store(id, "essential");
        one.sql("WITH own AS (INSERT INTO store_feature_overrides (store_id, feature_code, enabled)"
                + " SELECT id, 'basic_orders', true FROM stores WHERE external_id = '" + id + "' RETURNING store_id)"
                + " INSERT INTO store_override_limits SELECT store_id, 'basic_orders', 'orders', " + orders
                + " FROM own");
        settle();
    }

    /** An essential store with analytics until then. */
    static void analytics(String id, Instant until) throws Exception {
        one.store(id, "essential");
        one.sql("INSERT INTO store_feature_overrides (store_id, feature_code, enabled, expires_at)"
                + " SELECT id, 'advanced_analytics', true, '" + until + "' FROM stores WHERE external_id = '" + id
                + "'");
        settle();
    }

    static void essential(String id) throws Exception {
        one.store(id, "essential");
        settle();
    }
}
