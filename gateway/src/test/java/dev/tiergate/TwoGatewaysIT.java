package dev.tiergate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Postgres;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.Redis;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two gateways, each a process of its own, over one PostgreSQL and one Redis: they count and decide as one. */
class TwoGatewaysIT {

    private static final int LIMIT = 100;
    private static final int CLIENTS = 200;
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

    @Test
    void of_200_at_once_over_both_exactly_100_are_admitted() throws Exception {
        gateways.store("crowd", "essential");
        var begin = new CountDownLatch(1);
        var clients = Executors.newFixedThreadPool(CLIENTS);
        List<Future<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            var gateway = gateways.get(i % 2);
            Callable<Integer> client = () -> {
                begin.await();
                return gateways.order(gateway, "crowd").status();
            };
            answers.add(clients.submit(client));
        }
        begin.countDown();
        clients.shutdown();
        List<Integer> statuses = new ArrayList<>();
        for (var answer : answers) {
            statuses.add(answer.get());
        }
        assertThat(statuses.stream().collect(Collectors.groupingBy(status -> status, Collectors.counting())))
                .isEqualTo(Map.of(200, (long) LIMIT, 429, (long) (CLIENTS - LIMIT)));
        assertThat(gateways.backend().requests()).hasSize(LIMIT);
        assertThat(counter("crowd")).isEqualTo(LIMIT);

        for (var gateway : gateways.both()) {
            assertThat(gateways.order(gateway, "crowd").status()).isEqualTo(429);
        }
        assertThat(counter("crowd")).isEqualTo(LIMIT);
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

    /** What Redis holds for this month's orders, read past the gateways. */
    private static long counter(String store) throws Exception {
        var month = YearMonth.now(ZoneOffset.UTC)
                .atDay(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toEpochSecond();
        var redis = URI.create(Redis.shared().uri());
        try (var socket = new Socket(InetAddress.getByName(redis.getHost()), redis.getPort())) {
            var command = "HGET tg:{" + store + "}:orders:" + month + " c\r\n";
            socket.getOutputStream().write(command.getBytes(UTF_8));
            var reply = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
            return reply.readLine().equals("$-1") ? 0 : Long.parseLong(reply.readLine());
        }
    }
}
