package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Postgres;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.RecordingBackend;
import dev.tiergate.fixtures.Redis;
import dev.tiergate.fixtures.TokenMint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * From the commit of a change by hand to its effect at the gate, on two gateways that are processes of their own. Prints
 * what it measured: {@code mvn -pl gateway -am verify -Dit.test=ChangesIT -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false
 * -Dfailsafe.failIfNoSpecifiedTests=false}.
 */
class ChangesIT {

    private static final int CHANGES = 200;
    private static final Duration IN_FORCE = Duration.ofSeconds(1);

    @TempDir
    private static Path folder;

    private static Postgres postgres;
    private static String database;
    private static RecordingBackend backend;
    private static TokenMint mint;
    private static List<GatewayProcess> gateways;

    @BeforeAll
    static void start() throws Exception {
        postgres = Postgres.embedded();
        database = postgres.createDatabase();
        backend = RecordingBackend.start();
        mint = TokenMint.rs256("kid-1");
        var routes = Files.writeString(folder.resolve("routes.yaml"), """
                version: 1
                upstreams: { shop: { endpoints: [ "${SHOP}" ] } }
                auth: { jwt: { public-keys: [ "${KEY}" ], algorithms: [ RS256 ] } }
                routes:
                  - { path: /api/analytics/**, feature: advanced_analytics, upstream: shop }
                """);
        var environment = Map.of(
                "TIERGATE_DATABASE_URL",
                database,
                "TIERGATE_REDIS_URL",
                Redis.shared().uri(),
                "TIERGATE_DATABASE_DEADLINE_MS",
                "10000",
                "TIERGATE_REDIS_DEADLINE_MS",
                "10000",
                "SHOP",
                backend.uri(),
                "KEY",
                mint.publicKeyPem());
        gateways = List.of(GatewayProcess.start(routes, environment), GatewayProcess.start(routes, environment));
        for (var gateway : gateways) {
            gateway.awaitReady(200);
        }
    }

    @AfterAll
    static void stop() {
        gateways.forEach(GatewayProcess::close);
        backend.close();
        postgres.close();
    }

    @Test
    void each_of_200_changes_is_in_force_on_both_gateways_within_a_second() throws Exception {
        store("measured");
        List<Duration> took = new ArrayList<>();
        var watchers = Executors.newFixedThreadPool(gateways.size());
        try (var sql = connect();
                var change = sql.prepareStatement("UPDATE stores SET tier_code = ? WHERE external_id = 'measured'")) {
            for (int i = 0; i < CHANGES; i++) {
                var upgrade = i % 2 == 0;
                change.setString(1, upgrade ? "business" : "essential");
                change.executeUpdate();
                var committed = System.nanoTime();
                List<Future<Duration>> effects = new ArrayList<>();
                for (var gateway : gateways) {
                    Callable<Duration> watch = () -> effect(gateway, "measured", upgrade ? 200 : 403, committed);
                    effects.add(watchers.submit(watch));
                }
                for (var effect : effects) {
                    took.add(effect.get());
                }
            }
        } finally {
            watchers.shutdownNow();
        }
        Collections.sort(took);
        System.out.printf(
                "commit to effect, %d changes on %d gateways: p50 %d ms, p99 %d ms, most %d ms%n",
                CHANGES, gateways.size(), at(took, 50), at(took, 99), at(took, 100));
        assertThat(took.get(took.size() - 1)).isLessThan(IN_FORCE);
    }

    private static long at(List<Duration> sorted, int percent) {
        return sorted.get(Math.max(0, sorted.size() * percent / 100 - 1)).toMillis();
    }

    @Test
    void a_change_whose_notification_was_lost_reaches_gates_and_pages_on_both() throws Exception {
        store("lost");
        List<EventStream> pages = open("lost");
        // the change is committed while nobody listens
        run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND query LIKE 'LISTEN%'",
                "UPDATE stores SET tier_code = 'business' WHERE external_id = 'lost'");
        told(pages, "lost");
    }

    @Test
    void a_change_after_postgresql_restarted_reaches_gates_and_pages_on_both() throws Exception {
        store("restarted");
        List<EventStream> pages = open("restarted");
        postgres.stop();
        for (var gateway : gateways) {
            assertThat(analytics(gateway, "restarted")).isEqualTo(403);
        }
        postgres.restart();
        run("UPDATE stores SET tier_code = 'business' WHERE external_id = 'restarted'");
        told(pages, "restarted");
    }

    private static List<EventStream> open(String store) throws Exception {
        List<EventStream> pages = new ArrayList<>();
        for (var gateway : gateways) {
            assertThat(analytics(gateway, store)).isEqualTo(403);
            pages.add(EventStream.withToken(gateway.port(), token(store)));
        }
        return pages;
    }

    private static void told(List<EventStream> pages, String store) throws Exception {
        for (var gateway : gateways) {
            Eventually.holds("the change is in force", () -> analytics(gateway, store) == 200);
        }
        for (var page : pages) {
            assertThat(page.next().name()).isEqualTo("entitlements-changed");
            page.close();
        }
    }

    private static Duration effect(GatewayProcess gateway, String store, int status, long committed) throws Exception {
        try (var client = RawClient.connect(gateway.port(), Eventually.PATIENCE)) {
            var request = "GET /api/analytics/sales HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer " + token(store)
                    + "\r\n\r\n";
            while (client.exchange(request).status() != status) {
                assertThat(Duration.ofNanos(System.nanoTime() - committed)).isLessThan(Eventually.PATIENCE);
            }
            return Duration.ofNanos(System.nanoTime() - committed);
        }
    }

    private static int analytics(GatewayProcess gateway, String store) throws Exception {
        try (var client = RawClient.connect(gateway.port(), Eventually.PATIENCE)) {
            return client.exchange("GET /api/analytics/sales HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer "
                            + token(store) + "\r\n\r\n")
                    .status();
        }
    }

    private static String token(String store) {
        var now = Instant.now().getEpochSecond();
        return mint.token(Map.of("store_id", store, "iat", now, "exp", now + 600));
    }

    private static void store(String id) throws Exception {
        run("INSERT INTO stores (external_id, code, name, plan, tier_code) VALUES ('" + id + "', '" + id
                + "', 'Store', 'orion', 'essential')");
        for (var gateway : gateways) {
            Eventually.holds("the store is known", () -> analytics(gateway, id) == 403);
        }
    }

    private static Connection connect() throws Exception {
        return DriverManager.getConnection(Postgres.jdbcUrl(database));
    }

    /** In one transaction. */
    private static void run(String... statements) throws Exception {
        try (var connection = connect();
                var sql = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (var statement : statements) {
                sql.execute(statement);
            }
            connection.commit();
        }
    }
}
