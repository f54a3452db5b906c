package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Postgres;
import dev.tiergate.fixtures.RawClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * From the commit of a change by hand to its effect at the gate, on two gateways that are processes of their own. What
 * it measured stands in {@code target/changes.txt}: {@code mvn -pl gateway -am verify -Dit.test=ChangesIT -Dtest=None
 * -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false}.
 */
class ChangesIT {

    private static final int CHANGES = 200;
    private static final Duration IN_FORCE = Duration.ofSeconds(1);

    @TempDir
    private static Path folder;

    private static Postgres postgres;
    private static TwoGateways gateways;

    @BeforeAll
    static void start() throws Exception {
        postgres = Postgres.embedded();
        gateways = TwoGateways.start(folder, postgres.createDatabase());
    }

    @AfterAll
    static void stop() {
        gateways.close();
        postgres.close();
    }

    @Test
    void each_of_200_changes_is_in_force_on_both_gateways_within_a_second() throws Exception {
        store("measured");
        List<Duration> took = new ArrayList<>();
        var watchers = Executors.newFixedThreadPool(2);
        try (var sql = gateways.connect();
                var change = sql.prepareStatement("UPDATE stores SET tier_code = ? WHERE external_id = 'measured'")) {
            for (int i = 0; i < CHANGES; i++) {
                var upgrade = i % 2 == 0;
                change.setString(1, upgrade ? "business" : "essential");
                change.executeUpdate();
                var committed = System.nanoTime();
                List<Future<Duration>> effects = new ArrayList<>();
                for (var gateway : gateways.both()) {
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
        Files.writeString(
                Path.of("target", "changes.txt"),
                String.format(
                        Locale.ROOT,
                        "commit to effect, %d changes on 2 gateways: p50 %d ms, p99 %d ms, most %d ms%n",
                        CHANGES,
                        at(took, 50),
                        at(took, 99),
                        at(took, 100)));
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
        gateways.sql(
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
        for (var gateway : gateways.both()) {
            assertThat(gateways.analytics(gateway, "restarted")).isEqualTo(403);
        }
        postgres.restart();
        gateways.sql("UPDATE stores SET tier_code = 'business' WHERE external_id = 'restarted'");
        told(pages, "restarted");
    }

    private static List<EventStream> open(String store) throws Exception {
        List<EventStream> pages = new ArrayList<>();
        for (var gateway : gateways.both()) {
            assertThat(gateways.analytics(gateway, store)).isEqualTo(403);
            pages.add(EventStream.withToken(gateway.port(), gateways.token(store)));
        }
        return pages;
    }

    private static void told(List<EventStream> pages, String store) throws Exception {
        for (var gateway : gateways.both()) {
            Eventually.holds("the change is in force", () -> gateways.analytics(gateway, store) == 200);
        }
        for (var page : pages) {
            assertThat(page.next().name()).isEqualTo("entitlements-changed");
            page.close();
        }
    }

    private static Duration effect(GatewayProcess gateway, String store, int status, long committed) throws Exception {
        try (var client = RawClient.connect(gateway.port(), Eventually.PATIENCE)) {
            var request = gateways.request("GET /api/analytics/sales", store);
            while (client.exchange(request).status() != status) {
                assertThat(Duration.ofNanos(System.nanoTime() - committed)).isLessThan(Eventually.PATIENCE);
            }
            return Duration.ofNanos(System.nanoTime() - committed);
        }
    }

    private static void store(String id) throws Exception {
        gateways.store(id, "essential");
        for (var gateway : gateways.both()) {
            Eventually.holds("the store is known", () -> gateways.analytics(gateway, id) == 403);
        }
    }
}
