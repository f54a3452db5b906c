package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.entitlement.MigratedDatabase;
import dev.tiergate.fixtures.Postgres;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.RecordingBackend;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.plugin.TierRef;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the outside is told, by two gateways over one PostgreSQL and one Redis, through an outbox and a real receiver. */
class EventSinksIT {

    private static final String ROUTES = """
            events:
              sinks:
                hook: { post: { url: "${RECEIVER}" } }
            routes:
              - { path: /api/orders, methods: [ POST ], feature: basic_orders, upstream: shop }
              - { path: /api/import, methods: [ POST ], feature: basic_products, charge: [ { limit: products, cost: 160 } ], upstream: shop }
              - { path: /api/analytics, feature: advanced_analytics, upstream: shop }
              - { path: /api/reports, feature: custom_reports, upstream: shop }
              - { path: /api/business, minimum-tier: business, upstream: shop }
              - { path: /api/bursts, feature: basic_orders, plugins: [ bursting: {} ], upstream: shop }
              - { path: /api/shadow, feature: advanced_analytics, mode: shadow, upstream: shop }
            """;

    /** Of a store in UTC. */
    private static final String END_OF_DAY =
            "(date_trunc('day', occurred_at AT TIME ZONE 'UTC') + interval '1 day') AT TIME ZONE 'UTC'";

    private static final RecordingBackend RECEIVER = RecordingBackend.start();

    private static String database;
    private static RunningGateway one;
    private static RunningGateway two;

    @BeforeAll
    static void start() throws Exception {
        database = MigratedDatabase.create();
        sql("INSERT INTO limits (code, feature_code, name, \"window\", scope)"
                + " VALUES ('exports', 'custom_reports', 'Exports', 'day', 'user')");
        sql("INSERT INTO tier_limits (tier_code, limit_code, limit_value) VALUES ('enterprise', 'exports', 2)");
        one = gateway(Map.of());
        two = gateway(Map.of("KEY", one.mint().publicKeyPem()));
    }

    private static RunningGateway gateway(Map<String, String> more) throws Exception {
        var environment = new HashMap<>(more);
        environment.put("TIERGATE_DATABASE_URL", database);
        environment.put("RECEIVER", RECEIVER.uri());
        return RunningGateway.start(ROUTES, environment, List.of(GivenPlugin.of("bursting", EventSinksIT::refuse)));
    }

    /** Until what the query says: so far from now, or as it stands there. */
    private static Future<Decision> refuse(Call call) {
        var said = Objects.requireNonNull(call.query());
        var end = said.contains("PT") ? call.now().plus(Duration.parse(said)).toString() : said;
        return Future.succeededFuture(Refuse.of(Reason.forbidden("too_much_at_once"), "Too much at once")
                .withRequiredTier(new TierRef("business", "Business", 3))
                .withMember("resets_at", end));
    }

    @AfterAll
    static void stop() throws Exception {
        one.close();
        two.close();
        RECEIVER.close();
    }

    @AfterEach
    void forget() {
        RECEIVER.reset();
    }

    private static RawClient.Response send(RunningGateway gateway, String store, String line) {
        return gateway.exchange(line + " HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer " + one.token(store)
                + "\r\nAccept: application/json\r\nContent-Length: 0\r\n\r\n");
    }

    private static void orders(RunningGateway gateway, String store, int count) {
        for (int i = 0; i < count; i++) {
            assertThat(send(gateway, store, "POST /api/orders").status()).isEqualTo(200);
        }
    }

    /** How many events of a store were written, told by one node before this; of that node they are written in order. */
    private static int written(RunningGateway gateway, String store) throws Exception {
        var mark = "mark-" + store + "-" + System.nanoTime();
        gateway.store(mark, "essential");
        assertThat(send(gateway, mark, "GET /api/analytics").status()).isEqualTo(403);
        Eventually.holds("the mark is written", () -> count(mark) == 1);
        return count(store);
    }

    private static int count(String store) throws Exception {
        return only("SELECT count(*) FROM outbox WHERE store = '" + store + "'");
    }

    private static void sql(String statement) throws Exception {
        try (var connection = DriverManager.getConnection(Postgres.jdbcUrl(database));
                var sql = connection.createStatement()) {
            sql.execute(statement);
        }
    }

    private static int only(String query) throws Exception {
        try (var connection = DriverManager.getConnection(Postgres.jdbcUrl(database));
                var rows = connection.createStatement().executeQuery(query)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static List<JsonObject> received(String store) {
        return RECEIVER.requests().stream()
                .map(request -> new JsonObject(request.text()))
                .filter(event -> event.getString("store").equals(store))
                .toList();
    }

    private static JsonObject awaited(String store, int number) {
        Eventually.so("the event arrives", () -> received(store).size() >= number);
        return received(store).get(number - 1);
    }

    @Test
    void a_limit_approaches_with_its_80th_of_a_hundred_and_not_before() throws Exception {
        one.store("approaching", "essential");
        orders(one, "approaching", 79);
        assertThat(written(one, "approaching")).isZero();
        orders(one, "approaching", 1);
        var event = awaited("approaching", 1);
        assertThat(event.getString("type")).isEqualTo("limit-approaching");
        var data = event.getJsonObject("data");
        assertThat(Instant.parse(data.getString("resets_at"))).isAfter(Instant.parse(event.getString("time")));
        data.remove("resets_at");
        assertThat(data).isEqualTo(new JsonObject("""
                {
                  "store_code": "store-approaching", "store_name": "Store approaching", "plan": "orion",
                  "feature_code": "basic_orders", "limit_type": "orders", "name": "Orders", "window": "month",
                  "current": 80, "limit": 100, "remaining": 20, "percentage": 80
                }
                """));
        orders(one, "approaching", 1);
        assertThat(written(one, "approaching")).isEqualTo(1);
    }

    @Test
    void a_limit_is_reached_with_its_last_unit_and_what_is_refused_after_it_is_an_opportunity_once() throws Exception {
        one.store("reached", "essential");
        orders(one, "reached", 99);
        assertThat(written(one, "reached")).isEqualTo(1);
        orders(one, "reached", 1);
        var reached = awaited("reached", 2);
        assertThat(reached.getString("type")).isEqualTo("limit-reached");
        assertThat(reached.getJsonObject("data").getInteger("remaining")).isZero();
        for (int i = 0; i < 3; i++) {
            assertThat(send(one, "reached", "POST /api/orders").status()).isEqualTo(429);
        }
        var opportunity = awaited("reached", 3);
        assertThat(opportunity.getString("type")).isEqualTo("upgrade-opportunity");
        assertThat(opportunity.getJsonObject("data")).isEqualTo(new JsonObject("""
                {
                  "store_code": "store-reached", "store_name": "Store reached", "plan": "orion",
                  "tier": "essential", "tier_name": "Essential",
                  "required_tier": "professional", "required_tier_name": "Professional",
                  "feature_code": "basic_orders", "feature_name": "Order Management", "limit_type": "orders",
                  "route": "POST /api/orders", "reason": "limit_reached",
                  "detail": "Limit 'orders' of 100 a month is reached"
                }
                """));
        assertThat(written(one, "reached")).isEqualTo(3);
    }

    @Test
    void a_level_is_told_of_too() throws Exception {
        one.store("level", "essential");
        assertThat(send(one, "level", "POST /api/import").status()).isEqualTo(200);
        var data = awaited("level", 1).getJsonObject("data");
        assertThat(data.getString("window")).isEqualTo("total");
        assertThat(data.containsKey("resets_at")).isFalse();
    }

    @Test
    void an_event_is_one_for_its_limits_window_or_else_for_the_stores_day() throws Exception {
        one.store("windows", "essential");
        one.sql("UPDATE stores SET time_zone = 'Pacific/Auckland' WHERE external_id = 'windows'");
        orders(one, "windows", 100);
        assertThat(send(one, "windows", "POST /api/orders").status()).isEqualTo(429);
        assertThat(send(one, "windows", "POST /api/import").status()).isEqualTo(200);
        assertThat(send(one, "windows", "GET /api/analytics").status()).isEqualTo(403);
        assertThat(written(one, "windows")).isEqualTo(5);
        assertThat(ending("month", "orders")).isEqualTo(3);
        assertThat(ending("day", "products")).isEqualTo(1);
        assertThat(only("SELECT count(*) FROM outbox WHERE store = 'windows' AND payload ->> 'limit_type' IS NULL"
                        + " AND " + endOf("day")))
                .isEqualTo(1);
    }

    private static int ending(String window, String limit) throws Exception {
        return only("SELECT count(*) FROM outbox WHERE store = 'windows' AND payload ->> 'limit_type' = '" + limit
                + "' AND " + endOf(window));
    }

    /** As PostgreSQL reckons it. */
    private static String endOf(String window) {
        return "window_end = (date_trunc('%1$s', occurred_at AT TIME ZONE 'Pacific/Auckland') + interval '1 %1$s')"
                        .formatted(window)
                + " AT TIME ZONE 'Pacific/Auckland'";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "next-year | PT9600H | occurred_at + interval '9600 h'",
                "beyond | PT9600H0.001S | " + END_OF_DAY,
                "just-over | -PT1S | occurred_at - interval '1 s'",
                "long-over | -PT9600H0.001S | " + END_OF_DAY,
                "ages-ago | -1000000000-01-01T00:00:00Z | " + END_OF_DAY,
                "words | tomorrow | " + END_OF_DAY
            })
    void what_a_plugin_says_of_its_window_is_believed_within_400_days(String store, String said, String end)
            throws Exception {
        one.store(store, "essential");
        assertThat(send(one, store, "GET /api/bursts?" + said).status()).isEqualTo(403);
        assertThat(written(one, store)).isEqualTo(1);
        assertThat(only("SELECT count(*) FROM outbox WHERE store = '" + store + "' AND window_end = " + end))
                .isEqualTo(1);
    }

    @Test
    void a_limit_of_users_is_told_for_each_user() throws Exception {
        one.store("people", "enterprise");
        for (var user : List.of("ann", "bob")) {
            for (int i = 0; i < 3; i++) {
                var answer = one.exchange("GET /api/reports HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer "
                        + one.token("people", Map.of("sub", user)) + "\r\n\r\n");
                assertThat(answer.status()).isEqualTo(i < 2 ? 200 : 429);
            }
        }
        assertThat(written(one, "people")).isEqualTo(2);
        awaited("people", 2);
        assertThat(received("people"))
                .extracting(event -> event.getString("type") + " "
                        + event.getJsonObject("data").getString("user"))
                .containsExactlyInAnyOrder("limit-reached ann", "limit-reached bob");
    }

    @Test
    void each_feature_that_a_tier_lacks_is_an_opportunity_of_its_own() throws Exception {
        one.store("features", "essential");
        for (int i = 0; i < 2; i++) {
            assertThat(send(one, "features", "GET /api/analytics").status()).isEqualTo(403);
            assertThat(send(one, "features", "GET /api/reports").status()).isEqualTo(403);
            assertThat(send(one, "features", "GET /api/business").status()).isEqualTo(403);
        }
        assertThat(written(one, "features")).isEqualTo(3);
        awaited("features", 3);
        assertThat(received("features"))
                .extracting(event -> event.getJsonObject("data"))
                .extracting(data -> data.getString("feature_code") + " " + data.getString("route") + " "
                        + data.getString("required_tier"))
                .containsExactlyInAnyOrder(
                        "advanced_analytics * /api/analytics business",
                        "custom_reports * /api/reports enterprise",
                        "null * /api/business business");
    }

    @Test
    void what_no_upgrade_would_end_is_no_opportunity() throws Exception {
        one.store("suspended", "essential");
        one.sql("UPDATE stores SET status = 'suspended' WHERE external_id = 'suspended'");
        assertThat(send(one, "suspended", "GET /api/analytics").status()).isEqualTo(403);
        assertThat(send(one, "nobody-knows", "GET /api/analytics").status()).isEqualTo(403);
        assertThat(written(one, "suspended") + written(one, "nobody-knows")).isZero();
    }

    @Test
    void shadow_mode_tells_nothing() throws Exception {
        one.store("shadowed", "essential");
        assertThat(send(one, "shadowed", "GET /api/shadow").status()).isEqualTo(200);
        assertThat(written(one, "shadowed")).isZero();
    }

    @Test
    void two_gateways_tell_one_event() throws Exception {
        one.store("shared", "essential");
        for (int i = 0; i < 50; i++) {
            orders(one, "shared", 1);
            orders(two, "shared", 1);
        }
        for (int i = 0; i < 3; i++) {
            assertThat(send(one, "shared", "POST /api/orders").status()).isEqualTo(429);
            assertThat(send(two, "shared", "POST /api/orders").status()).isEqualTo(429);
        }
        assertThat(written(one, "shared")).isEqualTo(3);
        assertThat(written(two, "shared")).isEqualTo(3);
        awaited("shared", 3);
        Eventually.holds(
                "all are delivered",
                () -> only("SELECT count(*) FROM outbox WHERE store = 'shared' AND delivered_at IS NOT NULL") == 3);
        assertThat(received("shared"))
                .extracting(event -> event.getString("type"))
                .containsExactlyInAnyOrder("limit-approaching", "limit-reached", "upgrade-opportunity");
    }

    @Test
    void a_receiver_that_hangs_holds_up_no_request() throws Exception {
        try (var held = RECEIVER.hold()) {
            for (int i = 0; i < 40; i++) {
                var store = "hung-" + i;
                one.store(store, "essential");
                assertThat(send(one, store, "GET /api/analytics").status()).isEqualTo(403);
            }
            RECEIVER.awaitRequests(8);
            orders(one, "hung-0", 5);
        }
        awaited("hung-39", 1);
    }

    @Test
    void a_gateway_that_is_told_of_another_receiver_goes_on_there() throws Exception {
        try (var other = RecordingBackend.start();
                var third = gateway(Map.of("KEY", one.mint().publicKeyPem()))) {
            third.write(ROUTES.replace("${RECEIVER}", other.uri()));
            third.await(third.gateway().checkRoutes());
            third.write(ROUTES.replace("hook:", "other:").replace("${RECEIVER}", other.uri()));
            third.await(third.gateway().checkRoutes());
            third.store("moved", "essential");
            Eventually.holds("it is told there", () -> {
                send(third, "moved", "GET /api/analytics");
                return other.count() > 0;
            });
            assertThat(other.last().text()).contains("\"moved\"");
        }
    }
}
