package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.RawClient;
import io.vertx.core.json.JsonObject;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What limits cost and say through a whole gateway: windows, totals, users, and the fields that tell clients of them. */
class LimitsIT {

    private static final String ROUTES = """
            routes:
              - { path: /orders, feature: basic_orders, upstream: shop }
              - { path: /orders/free, feature: basic_orders, check-limits: false, upstream: shop }
              - path: /products
                methods: [ POST ]
                feature: basic_products
                charge: [ { limit: products, cost: 1, on: success } ]
                upstream: shop
              - path: /products/{id}
                methods: [ DELETE ]
                feature: basic_products
                charge: [ { limit: products, cost: -1, on: success } ]
                upstream: shop
              - { path: /mine, feature: basic_support, upstream: shop }
              - { path: /both, feature: basic_theme, upstream: shop }
              - { path: /huge, charge: [ { limit: orders, cost: 101 } ], upstream: shop }
            """;

    private static final String CATALOGUE = """
            INSERT INTO limits (code, feature_code, name, "window", scope) VALUES
                ('mine_daily', 'basic_support', 'Mine', 'day', 'user'),
                ('both_hourly', 'basic_theme', 'Both an hour', 'hour', 'store'),
                ('both_daily', 'basic_theme', 'Both a day', 'day', 'store');
            INSERT INTO tier_limits (tier_code, limit_code, limit_value) VALUES
                ('essential', 'mine_daily', 2), ('essential', 'both_hourly', 3), ('essential', 'both_daily', 2),
                ('professional', 'both_hourly', 2), ('professional', 'both_daily', 5);
            UPDATE tier_limits SET limit_value = 3 WHERE tier_code = 'essential' AND limit_code = 'products'
            """;

    /** Full and half hours from UTC, of each two that are far apart; none changes its clocks. */
    private static final List<String> ZONES = List.of("Etc/GMT", "Etc/GMT+10", "Asia/Kolkata", "Pacific/Marquesas");

    private static final int UNTIL_KNOWN = 10_000;

    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = RunningGateway.start(ROUTES);
        gateway.sql(CATALOGUE);
        farFromAnyWindowsEnd(gateway);
        gateway.store("limits-probe", "essential");
        var looks = 0;
        while (!field(send("GET", "/mine", "limits-probe", "probe-" + looks), "RateLimit-Policy")
                        .contains("mine_daily")
                && looks++ < UNTIL_KNOWN) {
            // each look is a request of its own, and a user of its own
        }
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    @BeforeEach
    void forget() {
        gateway.backend().reset();
    }

    @Test
    void an_allowed_answer_and_a_denied_one_say_what_is_left_and_until_when() {
        gateway.store("limits-fields", "essential");
        var first = send("GET", "/mine", "limits-fields", "ann");
        assertThat(field(first, "RateLimit-Policy")).isEqualTo("\"mine_daily\";q=2;w=86400");
        assertThat(field(first, "RateLimit")).matches("\"mine_daily\";r=1;t=[0-9]+");
        assertThat(first.header("Retry-After")).isEmpty();
        send("GET", "/mine", "limits-fields", "ann");
        var denied = send("GET", "/mine", "limits-fields", "ann");
        assertThat(denied.status()).isEqualTo(429);
        assertThat(field(denied, "RateLimit-Policy")).isEqualTo(field(first, "RateLimit-Policy"));
        assertThat(field(denied, "RateLimit")).matches("\"mine_daily\";r=0;t=[0-9]+");
        assertThat(field(denied, "RateLimit")).endsWith(";t=" + field(denied, "Retry-After"));
        assertThat(gateway.backend().requests()).hasSize(2);
    }

    @Test
    void users_of_a_store_have_counters_of_their_own() {
        gateway.store("limits-users", "essential");
        for (var user : List.of("ann", "bob")) {
            assertThat(statuses(3, "GET", "/mine", "limits-users", user)).containsExactly(200, 200, 429);
        }
        assertThat(gateway.backend().requests()).hasSize(4);
    }

    @Test
    void a_token_without_a_user_is_not_enough_where_users_are_counted() {
        gateway.store("limits-nobody", "essential");
        var token = gateway.token("limits-nobody", Map.of("sub", ""));
        var answer =
                gateway.exchange("GET /mine HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer " + token + "\r\n\r\n");
        assertThat(answer.status()).isEqualTo(401);
        assertThat(gateway.backend().requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"essential, both_daily, both_hourly", "professional, both_hourly, both_daily"})
    void of_two_limits_the_one_that_ends_first_binds_and_stands_first(String tier, String binding, String other) {
        gateway.store("limits-both-" + tier, tier);
        var first = send("GET", "/both", "limits-both-" + tier, "ann");
        assertThat(field(first, "RateLimit"))
                .matches("\"" + binding + "\";r=1;t=[0-9]+, \"" + other + "\";r=[0-9];t=[0-9]+");
        assertThat(field(first, "RateLimit-Policy"))
                .startsWith("\"" + binding + "\";q=2;")
                .contains("\"" + other + "\"");
        send("GET", "/both", "limits-both-" + tier, "ann");
        var denied = send("GET", "/both", "limits-both-" + tier, "ann");
        assertThat(denied.status()).isEqualTo(429);
        assertThat(new JsonObject(denied.text()).getString("limit_type")).isEqualTo(binding);
        assertThat(field(denied, "RateLimit"))
                .startsWith("\"" + binding + "\";r=0")
                .contains("\"" + other + "\";r=");
        var again = send("GET", "/both", "limits-both-" + tier, "ann");
        assertThat(others(again)).as("a refusal charges neither").isEqualTo(others(denied));
    }

    @Test
    void a_total_goes_up_and_down_with_what_the_store_holds() {
        gateway.store("limits-total", "essential");
        assertThat(statuses(4, "POST", "/products", "limits-total", "ann")).containsExactly(200, 200, 200, 429);
        var denied = send("POST", "/products", "limits-total", "ann");
        var json = new JsonObject(denied.text());
        assertThat(json.getString("window")).isEqualTo("total");
        assertThat(json.getValue("resets_at")).isNull();
        assertThat(denied.header("Retry-After")).isEmpty();
        assertThat(field(denied, "RateLimit")).isEqualTo("\"products\";r=0");
        assertThat(send("DELETE", "/products/7", "limits-total", "ann").status())
                .isEqualTo(200);
        assertThat(statuses(2, "POST", "/products", "limits-total", "ann")).containsExactly(200, 429);
    }

    @Test
    void a_total_does_not_fall_below_nothing() {
        gateway.store("limits-floor", "essential");
        assertThat(statuses(3, "DELETE", "/products/7", "limits-floor", "ann")).containsExactly(200, 200, 200);
        assertThat(statuses(4, "POST", "/products", "limits-floor", "ann")).containsExactly(200, 200, 200, 429);
    }

    @ParameterizedTest
    @CsvSource({"200, 2", "404, 3", "500, 3"})
    void on_success_only_a_success_is_charged(int status, int left) {
        gateway.store("limits-success-" + status, "essential");
        gateway.backend().respondWith(status, Map.of(), "");
        send("POST", "/products", "limits-success-" + status, "ann");
        gateway.backend().respondWith(200, Map.of(), "");
        var next = send("POST", "/products", "limits-success-" + status, "ann");
        assertThat(field(next, "RateLimit")).isEqualTo("\"products\";r=" + (left - 1));
    }

    @ParameterizedTest
    @CsvSource({"200", "404"})
    void what_is_given_back_is_given_only_on_success(int status) {
        gateway.store("limits-back-" + status, "essential");
        send("POST", "/products", "limits-back-" + status, "ann");
        gateway.backend().respondWith(status, Map.of(), "");
        send("DELETE", "/products/7", "limits-back-" + status, "ann");
        gateway.backend().respondWith(200, Map.of(), "");
        var next = send("POST", "/products", "limits-back-" + status, "ann");
        assertThat(field(next, "RateLimit")).isEqualTo("\"products\";r=" + (status == 200 ? 2 : 1));
    }

    @ParameterizedTest
    @CsvSource({"200, 98", "404, 98", "500, 99"})
    void on_attempt_a_refusal_of_the_backends_is_charged_and_a_failure_is_not(int status, int left) {
        gateway.store("limits-attempt-" + status, "essential");
        gateway.backend().respondWith(status, Map.of(), "");
        send("GET", "/orders", "limits-attempt-" + status, "ann");
        gateway.backend().respondWith(200, Map.of(), "");
        assertThat(field(send("GET", "/orders", "limits-attempt-" + status, "ann"), "RateLimit"))
                .startsWith("\"orders\";r=" + left + ";");
    }

    @Test
    void a_route_that_does_not_check_limits_neither_charges_nor_speaks_of_them() {
        gateway.store("limits-free", "essential");
        for (int i = 0; i < 3; i++) {
            var free = send("GET", "/orders/free", "limits-free", "ann");
            assertThat(free.status()).isEqualTo(200);
            assertThat(free.header("RateLimit")).isEmpty();
            assertThat(free.header("RateLimit-Policy")).isEmpty();
        }
        assertThat(field(send("GET", "/orders", "limits-free", "ann"), "RateLimit"))
                .startsWith("\"orders\";r=99;");
    }

    @Test
    void a_cost_above_the_limit_is_not_told_to_wait() {
        gateway.store("limits-huge", "essential");
        var denied = send("GET", "/huge", "limits-huge", "ann");
        assertThat(denied.status()).isEqualTo(429);
        assertThat(denied.header("Retry-After")).isEmpty();
        assertThat(new JsonObject(denied.text()).getValue("resets_at")).isNull();
        assertThat(field(send("GET", "/orders", "limits-huge", "ann"), "RateLimit"))
                .startsWith("\"orders\";r=99;");
    }

    @Test
    void an_unlimited_limit_is_not_spoken_of() {
        gateway.store("limits-most", "enterprise");
        var answer = send("GET", "/orders", "limits-most", "ann");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("RateLimit")).isEmpty();
    }

    @Test
    void the_fields_can_be_hidden() throws Exception {
        try (var quiet = RunningGateway.start("""
                limits: { headers: false }
                routes:
                  - { path: /orders, feature: basic_orders, charge: [ { limit: orders, cost: 60 } ], upstream: shop }
                """)) {
            farFromAnyWindowsEnd(quiet);
            quiet.store("limits-hidden", "essential");
            for (var status : List.of(200, 429)) {
                var answer = quiet.get("limits-hidden", "/orders");
                assertThat(answer.status()).isEqualTo(status);
                assertThat(answer.header("RateLimit")).isEmpty();
                assertThat(answer.header("RateLimit-Policy")).isEmpty();
                assertThat(answer.header("Retry-After").isPresent()).isEqualTo(status == 429);
            }
        }
    }

    /** Stores live where neither an hour nor a day begins within a quarter of an hour, so that no window ends in mid-test. */
    private static void farFromAnyWindowsEnd(RunningGateway gateway) {
        var zone = ZONES.stream().filter(LimitsIT::isCalm).findFirst().orElseThrow();
        gateway.sql("ALTER TABLE stores ALTER COLUMN time_zone SET DEFAULT '" + zone + "'");
    }

    private static boolean isCalm(String zone) {
        var time = LocalTime.now(ZoneId.of(zone));
        return time.getMinute() >= 15 && time.getMinute() < 45 && time.getHour() > 0 && time.getHour() < 23;
    }

    private static List<Integer> statuses(int times, String method, String target, String store, String user) {
        return IntStream.range(0, times)
                .mapToObj(time -> send(method, target, store, user).status())
                .toList();
    }

    private static RawClient.Response send(String method, String target, String store, String user) {
        return gateway.exchange(
                method + ' ' + target + " HTTP/1.1\r\nHost: gw.test\r\nContent-Length: 0\r\nAuthorization: Bearer "
                        + gateway.token(store, Map.of("sub", user)) + "\r\n\r\n");
    }

    private static String field(RawClient.Response answer, String name) {
        return answer.header(name).orElse("");
    }

    /** What is left, without the seconds. */
    private static String others(RawClient.Response answer) {
        return field(answer, "RateLimit").replaceAll(";t=[0-9]+", "");
    }
}
