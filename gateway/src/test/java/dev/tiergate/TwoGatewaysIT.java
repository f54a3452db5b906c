package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Postgres;
import dev.tiergate.fixtures.RawClient;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two gateways, each a process of its own, over one PostgreSQL and one Redis: they count and decide as one. */
class TwoGatewaysIT {

    private static final int LIMIT = 100;
    private static final int BUSINESS = 2_000;
    private static final int CLIENTS = 200;
    private static final int A_SECOND = 100;
    private static final int STREAMS = 20;
    private static final Duration IN_FORCE = Duration.ofSeconds(1);

    @TempDir
    private static Path folder;

    private static TwoGateways gateways;

    @BeforeAll
    static void start() throws Exception {
        gateways = TwoGateways.start(folder, Postgres.shared().createDatabase());
    }

    @AfterAll
    static void stop() {
        gateways.close();
    }

    @BeforeEach
    void forget() {
        gateways.backend().reset();
    }

    @RepeatedTest(8)
    void f6_of_200_at_once_over_both_exactly_100_are_admitted(RepetitionInfo turn) throws Exception {
        var store = "crowd-" + turn.getCurrentRepetition();
        gateways.store(store, "essential");
        var ledger = new FaultLedger(gateways.backend());
        try (var clients = new FaultClients(ledger);
                var redis = RedisCommands.connect()) {
            var answers = new ArrayList<CompletableFuture<FaultLedger.Line>>();
            for (int i = 0; i < CLIENTS; i++) {
                answers.add(clients.order(gateways.door(gateways.get(i % 2)), store));
            }
            assertThat(answers.stream()
                            .map(CompletableFuture::join)
                            .collect(Collectors.groupingBy(FaultLedger.Line::status, Collectors.counting())))
                    .isEqualTo(Map.of(200, (long) LIMIT, 429, (long) (CLIENTS - LIMIT)));
            assertThat(redis.charged(store)).isEqualTo(LIMIT);

            for (var gateway : gateways.both()) {
                assertThat(clients.orderNow(gateways.door(gateway), store)).isEqualTo(429);
            }
            ledger.holds();
            ledger.i3NoStoreIsOver(List.of(store), LIMIT, 0);
            ledger.i4NoStoreGotTooLittle(List.of(store), LIMIT, 0);
            assertThat(redis.charged(store)).isEqualTo(LIMIT);
        }
    }

    @Test
    void f7_a_killed_gateway_costs_no_more_than_it_held_and_nothing_is_over() throws Exception {
        int limit = BUSINESS;
        gateways.store("bereft", "business");
        var ledger = new FaultLedger(gateways.backend());
        try (var third = gateways.another();
                var before = new FaultClients(ledger);
                var after = new FaultClients(ledger);
                var redis = RedisCommands.connect()) {
            before.pace(gateways.door(third), A_SECOND, List.of("bereft"));
            Eventually.holds("it holds units in advance", () -> redis.held("bereft") > 0);
            long forfeited = forfeited();
            third.kill();
            before.stop();

            for (int i = 0; ledger.count(line -> line.status() == 429) == 0; i++) {
                after.ordersAtOnce(gateways.door(gateways.get(i % 2)), "bereft", 40);
            }
            ledger.holds();
            ledger.i3NoStoreIsOver(List.of("bereft"), limit, 0);
            // what it held is held still, or was given up as forfeit by the others meanwhile
            long lost = redis.held("bereft") + forfeited() - forfeited;
            long unknown = ledger.count(line -> line.status() == FaultLedger.ABORTED);
            assertThat(lost).isPositive().isLessThan(limit / 2);
            ledger.i4NoStoreGotTooLittle(List.of("bereft"), limit, lost + unknown);
            assertThat(redis.charged("bereft")).isEqualTo(limit);
        }
    }

    /** DrainIT has what clients see of it. */
    @Test
    void f7_and_f16_a_gateway_that_is_told_to_leave_gives_back_all_that_it_holds() throws Exception {
        gateways.store("left", "business");
        var ledger = new FaultLedger(gateways.backend());
        try (var third = gateways.another();
                var clients = new FaultClients(ledger);
                var redis = RedisCommands.connect()) {
            clients.pace(gateways.door(third), A_SECOND, List.of("left"));
            Eventually.holds("it holds units in advance", () -> metric(third, "tiergate_leases") > 0);
            third.terminate();
            Eventually.holds("it is told", () -> third.admin("/ready").status() == 503);
            clients.stop();

            assertThat(third.exitCode()).isZero();
            ledger.holds();
            assertThat(ledger.lines()).allMatch(FaultLedger.Line::good);
            assertThat(redis.charged("left")).isEqualTo(ledger.admitted().get("left"));
        }
    }

    @Test
    void f16_gated_streams_and_uploads_in_flight_end_well_and_are_counted_once() throws Exception {
        int orders = STREAMS + OrdersInFlight.UPLOADS;
        gateways.store("in-flight", "essential");
        var ledger = new FaultLedger(gateways.backend());
        try (var third = gateways.another();
                var flight = new OrdersInFlight(ledger, gateways.door(third), "in-flight");
                var redis = RedisCommands.connect();
                var hold = gateways.backend().hold()) {
            flight.send(STREAMS);
            flight.beginUploads();
            gateways.backend().awaitRequests(STREAMS);
            Eventually.holds("all are there", () -> gateways.backend().arrived() == orders);

            third.terminate();
            Eventually.holds("the listener is closed", () -> !third.listens());
            flight.endUploads();
            hold.release();
            flight.awaitEnd();

            assertThat(third.exitCode()).isZero();
            ledger.holds();
            assertThat(ledger.lines()).hasSize(orders).allMatch(FaultLedger.Line::good);
            assertThat(gateways.backend().requests())
                    .filteredOn(request -> request.length() == OrdersInFlight.BYTES)
                    .hasSize(OrdersInFlight.UPLOADS);
            assertThat(redis.charged("in-flight")).isEqualTo(orders);
            assertThat(redis.held("in-flight")).isZero();
        }
    }

    /** How much slower the others get is measured by bench/faults. */
    @Test
    void f19_a_store_at_five_times_its_load_costs_no_other_store_an_error() throws Exception {
        var others = IntStream.range(0, 19).mapToObj(i -> "quiet-" + i).toList();
        for (var store : others) {
            gateways.store(store, "business");
        }
        gateways.store("noisy", "essential");
        var ledger = new FaultLedger(gateways.backend());
        try (var clients = new FaultClients(ledger)) {
            clients.pace(gateways.door(gateways.get(0)), 150, others);
            clients.pace(gateways.door(gateways.get(1)), 150, others);
            clients.pace(gateways.door(gateways.get(0)), 80, List.of("noisy"));
            Eventually.holds("the noisy one is over its limit", () -> ledger.count(line -> line.status() == 429) > 100);
            clients.stop();

            ledger.holds();
            assertThat(ledger.lines())
                    .filteredOn(line -> !line.store().equals("noisy"))
                    .hasSizeGreaterThan(300)
                    .allMatch(FaultLedger.Line::good);
            ledger.i3NoStoreIsOver(List.of("noisy"), LIMIT, 0);
            ledger.i4NoStoreGotTooLittle(List.of("noisy"), LIMIT, 0);
        }
    }

    private static long forfeited() throws Exception {
        var series = "tiergate_lease_units_forfeited_total";
        return (long) (metric(gateways.get(0), series) + metric(gateways.get(1), series));
    }

    private static double metric(GatewayProcess gateway, String series) throws Exception {
        return gateway.admin("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .sum();
    }

    @Test
    void the_last_unit_is_one_gateways_and_the_next_is_nobodys() throws Exception {
        gateways.store("last", "essential");
        for (int used = 1; used <= LIMIT; used++) {
            var answer = gateways.order(gateways.get(used % 2), "last");
            assertThat(answer.status()).isEqualTo(200);
            // what the other gateway spent of its lease may be told a second later
            assertThat(remaining(answer)).isBetween((long) LIMIT - used, (long) LIMIT - (used + 1) / 2);
        }
        assertThat(gateways.order(gateways.get(0), "last").status()).isEqualTo(429);
        assertThat(gateways.order(gateways.get(1), "last").status()).isEqualTo(429);
    }

    private static long remaining(RawClient.Response answer) {
        var field = answer.header("RateLimit").orElseThrow();
        return Long.parseLong(field.substring(field.indexOf("r=") + 2, field.indexOf(";t=")));
    }

    @Test
    void units_of_a_backend_that_failed_come_back_for_both() throws Exception {
        gateways.store("failed", "essential");
        gateways.backend().respondWith(503, Map.of(), "not now");
        for (int i = 0; i < 20; i++) {
            assertThat(gateways.order(gateways.get(i % 2), "failed").status()).isEqualTo(503);
        }
        Eventually.holds("all units are back", () -> counter("failed") == 0);
        gateways.backend().respondWith(200, Map.of(), "now");
        assertThat(gateways.order(gateways.get(0), "failed").header("RateLimit").orElseThrow())
                .startsWith("\"orders\";r=" + (LIMIT - 1));
        assertThat(counter("failed")).isEqualTo(1);
    }

    @Test
    void an_upgrade_by_sql_is_in_force_on_both_within_a_second() throws Exception {
        gateways.store("upgraded", "essential");
        changes("upgraded", 403, 200, "UPDATE stores SET tier_code = 'business' WHERE external_id = 'upgraded'");
        changes("upgraded", 200, 403, "UPDATE stores SET tier_code = 'essential' WHERE external_id = 'upgraded'");
    }

    @Test
    void an_override_is_in_force_on_both_within_a_second() throws Exception {
        gateways.store("granted", "essential");
        changes(
                "granted",
                403,
                200,
                "INSERT INTO store_feature_overrides (store_id, feature_code, enabled) "
                        + "SELECT id, 'advanced_analytics', true FROM stores WHERE external_id = 'granted'");
        changes(
                "granted",
                200,
                403,
                "DELETE FROM store_feature_overrides WHERE store_id = "
                        + "(SELECT id FROM stores WHERE external_id = 'granted')");
    }

    @Test
    void a_feature_switched_off_and_on_for_all_is_in_force_on_both_within_a_second() throws Exception {
        gateways.store("any", "enterprise");
        changes("any", 200, 403, "UPDATE features SET is_active = false WHERE code = 'advanced_analytics'");
        changes("any", 403, 200, "UPDATE features SET is_active = true WHERE code = 'advanced_analytics'");
    }

    @Test
    void an_opt_in_at_one_of_them_is_in_force_on_both_within_a_second() throws Exception {
        gateways.store("curious", "essential");
        for (var gateway : gateways.both()) {
            assertThat(optedIn(gateway)).isFalse();
        }
        var put = gateways.manage(gateways.get(0), "PUT /api/v1/store/features/basic_orders/opt-in", "curious");
        assertThat(put.status()).isEqualTo(200);
        var committed = System.nanoTime();
        for (var gateway : gateways.both()) {
            Eventually.holds("the store is in", () -> optedIn(gateway));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - committed)).isLessThan(IN_FORCE);
    }

    private static boolean optedIn(GatewayProcess gateway) throws Exception {
        var feature = gateways.manage(gateway, "GET /api/v1/store/features/basic_orders", "curious");
        return new JsonObject(feature.text()).getBoolean("opted_in");
    }

    /** Both gateways answer the one status before the change, and the other within a second of its commit. */
    private static void changes(String store, int before, int after, String change) throws Exception {
        for (var gateway : gateways.both()) {
            assertThat(gateways.analytics(gateway, store)).isEqualTo(before);
        }
        gateways.sql(change);
        var committed = System.nanoTime();
        for (var gateway : gateways.both()) {
            Eventually.holds("the change is in force", () -> gateways.analytics(gateway, store) == after);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - committed)).isLessThan(IN_FORCE);
    }

    /** What Redis holds for orders, read past the gateways. */
    private static long counter(String store) throws Exception {
        try (var redis = RedisCommands.connect()) {
            return redis.charged(store);
        }
    }
}
