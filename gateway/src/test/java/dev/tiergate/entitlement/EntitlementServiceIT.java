package dev.tiergate.entitlement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiergate.fixtures.Postgres;
import dev.tiergate.telemetry.MetricNames;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Start, outage and return of a real PostgreSQL. */
class EntitlementServiceIT {

    private static final CacheBounds BOUNDS =
            new CacheBounds(1_000, 1_000, Duration.ofSeconds(10), 4, 100, Duration.ofSeconds(2), Duration.ofMillis(50));

    private static final int CROWD = 2_000;

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @AfterEach
    void close() {
        Waiting.get(vertx.close());
    }

    @Test
    void starts_without_postgres_and_is_ready_when_it_comes() throws SQLException {
        try (var server = Postgres.embedded()) {
            var url = server.createDatabase();
            server.stop();
            var service = start(url, CacheSettings.DEFAULT);
            assertThat(Waiting.get(service.cache().find("s1"))).isInstanceOf(Lookup.Unavailable.class);
            Waiting.until(
                    "the reason is known", () -> service.notReady().orElse("").contains("reached"));
            server.restart();
            Waiting.get(service.loaded());
            assertThat(service.notReady()).isEmpty();
            assertThat(Waiting.get(service.cache().find("s1"))).isInstanceOf(Lookup.Unknown.class);
            Waiting.get(service.close());
        }
    }

    @Test
    void serves_known_stores_while_postgres_hangs_and_says_their_age() throws SQLException {
        try (var server = Postgres.embedded();
                var database = SqlDatabase.migrated(server)) {
            database.store("s1", "business");
            var service = start(database.url(), new CacheSettings(Duration.ofMillis(50), Duration.ofHours(1), null));
            Waiting.get(service.loaded());
            assertThat(Waiting.get(service.cache().find("s1"))).isInstanceOf(Lookup.Found.class);
            server.pause();
            Waiting.until(
                    "stale is said",
                    () -> Waiting.get(service.cache().find("s1")) instanceof Lookup.Found found
                            && found.stale().isPresent());
            assertThat(Waiting.get(service.cache().find("s2"))).isInstanceOf(Lookup.Unavailable.class);
            assertThat(service.sourceAway()).isTrue();
            server.resume();
            Waiting.until(
                    "fresh again",
                    () -> Waiting.get(service.cache().find("s1")) instanceof Lookup.Found found
                            && found.stale().isEmpty());
            Waiting.until("s2 is answered", () -> Waiting.get(service.cache().find("s2")) instanceof Lookup.Unknown);
            Waiting.get(service.close());
        }
    }

    @Test
    void a_crowd_before_a_postgres_that_hangs_is_answered_in_time_and_leaves_nothing_behind() throws SQLException {
        try (var server = Postgres.embedded();
                var database = SqlDatabase.migrated(server)) {
            var service = start(database.url(), CacheSettings.DEFAULT);
            Waiting.get(service.loaded());
            server.pause();
            var began = System.nanoTime();
            var answers = IntStream.range(0, CROWD)
                    .mapToObj(i -> service.cache().find("crowd-" + i))
                    .toList();
            assertThat(answers).allMatch(answer -> Waiting.get(answer) instanceof Lookup.Unavailable);
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isLessThan(BOUNDS.deadline().multipliedBy(2));
            server.resume();
            Waiting.until("served again", () -> Waiting.get(service.cache().find("late")) instanceof Lookup.Unknown);
            Waiting.get(service.close());
        }
    }

    @Test
    void a_statement_that_waits_for_a_lock_is_ended_by_postgres() throws SQLException {
        try (var database = SqlDatabase.migrated();
                var watcher = DriverManager.getConnection(Postgres.jdbcUrl(database.url()))) {
            var service = start(database.url(), CacheSettings.DEFAULT);
            Waiting.get(service.loaded());
            database.connection().setAutoCommit(false);
            database.run("LOCK TABLE stores IN ACCESS EXCLUSIVE MODE");
            var stuck = service.cache().find("s1");
            Waiting.until("it waits for the lock", () -> waitingForLocks(watcher) > 0);
            Waiting.until("it was ended", () -> waitingForLocks(watcher) == 0);
            assertThat(Waiting.get(stuck)).isInstanceOf(Lookup.Unavailable.class);
            database.connection().rollback();
            Waiting.until("s1 is answered", () -> Waiting.get(service.cache().find("s1")) instanceof Lookup.Unknown);
            Waiting.get(service.close());
        }
    }

    private static long waitingForLocks(Connection watcher) {
        try (var statement = watcher.createStatement();
                var rows = statement.executeQuery("SELECT count(*) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND wait_event_type = 'Lock'")) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void past_max_stale_a_store_is_unavailable_until_postgres_is_back() throws SQLException {
        try (var server = Postgres.embedded();
                var database = SqlDatabase.migrated(server)) {
            database.store("s1", "business");
            var service = start(database.url(), new CacheSettings(Duration.ofMillis(20), Duration.ofMillis(200), null));
            Waiting.get(service.loaded());
            Waiting.get(service.cache().find("s1"));
            server.stop();
            Waiting.until(
                    "s1 is unavailable", () -> Waiting.get(service.cache().find("s1")) instanceof Lookup.Unavailable);
            server.restart();
            Waiting.until("s1 is back", () -> Waiting.get(service.cache().find("s1")) instanceof Lookup.Found);
            Waiting.get(service.close());
        }
    }

    @Test
    void a_failed_migration_is_told_apart_from_an_outage() throws SQLException {
        try (var database = SqlDatabase.migrated()) {
            database.run("UPDATE flyway_schema_history SET checksum = 1 WHERE version = '1'");
            var service = start(database.url(), CacheSettings.DEFAULT);
            Waiting.until("it failed", () -> service.loaded().failed());
            assertThat(service.loaded().cause()).isInstanceOf(Migrations.MigrationFailedException.class);
            assertThat(service.notReady()).contains("a migration failed");
            Waiting.get(service.close());
        }
    }

    @Test
    void the_edge_role_needs_no_more_than_it_has() throws SQLException {
        try (var database = SqlDatabase.migrated()) {
            database.store("s1", "business");
            var asEdge = database.url() + "?options=-c%20role%3Dtg_edge";
            var service = start(asEdge, CacheSettings.DEFAULT);
            Waiting.get(service.loaded());
            assertThat(Waiting.get(service.cache().find("s1"))).isInstanceOf(Lookup.Found.class);
            Waiting.get(service.close());
        }
    }

    @Test
    void bad_rows_are_left_out_and_counted_and_the_others_stay_exact() throws SQLException {
        try (var database = SqlDatabase.migrated()) {
            database.store("good", "business");
            database.store("mixed", "essential");
            database.store("lost", "essential");
            database.run(
                    "ALTER DOMAIN limit_amount DROP CONSTRAINT limit_amount_check",
                    "ALTER DOMAIN display_name DROP CONSTRAINT display_name_check",
                    "ALTER TABLE store_feature_overrides DROP CONSTRAINT store_feature_overrides_expires_at_check");
            database.unchecked(
                    "UPDATE tier_limits SET limit_value = -9 WHERE tier_code = 'essential' AND limit_code = 'orders'",
                    "INSERT INTO tier_features VALUES ('orion', 'business', 'no_such_feature')",
                    "UPDATE stores SET tier_code = 'no_such_tier' WHERE external_id = 'lost'",
                    "UPDATE features SET name = repeat('x', 1000000) WHERE code = 'white_label'",
                    "UPDATE features SET dependencies = '{basic_theme}' WHERE code = 'custom_domain'",
                    "UPDATE features SET dependencies = '{custom_domain}' WHERE code = 'basic_theme'",
                    "INSERT INTO store_feature_overrides (store_id, feature_code, enabled, expires_at) "
                            + "SELECT id, 'webhooks', true, '-infinity' FROM stores WHERE external_id = 'mixed'",
                    "INSERT INTO store_feature_overrides (store_id, feature_code, enabled) "
                            + "SELECT id, 'gone', true FROM stores WHERE external_id = 'mixed'",
                    "INSERT INTO store_feature_overrides (store_id, feature_code, enabled) "
                            + "SELECT id, 'audit_logs', true FROM stores WHERE external_id = 'mixed'");
            var service = start(database.url(), CacheSettings.DEFAULT);
            Waiting.get(service.loaded());
            var now = Instant.now();
            var good = ((Lookup.Found) Waiting.get(service.cache().find("good"))).entitlements();
            assertThat(good.availability("webhooks", now).available()).isTrue();
            assertThat(good.limit("orders", now).orElseThrow().value()).isEqualTo(2000);
            var mixed = ((Lookup.Found) Waiting.get(service.cache().find("mixed"))).entitlements();
            assertThat(mixed.availability("webhooks", now).available()).isFalse();
            assertThat(mixed.availability("audit_logs", now).available()).isTrue();
            assertThat(mixed.limit("orders", now).orElseThrow().value()).isZero();
            assertThat(Waiting.get(service.cache().find("lost"))).isInstanceOf(Lookup.Unavailable.class);
            assertThat(rejected("features")).isEqualTo(3);
            // Not those of features that were left out: they are not at fault.
            assertThat(rejected("tier_features")).isEqualTo(1);
            assertThat(rejected("tier_limits")).isEqualTo(1);
            assertThat(rejected("stores")).isEqualTo(1);
            assertThat(rejected("store_feature_overrides")).isEqualTo(2);
            Waiting.get(service.close());
        }
    }

    @Test
    void a_url_that_cannot_be_read_is_refused_without_printing_it() {
        assertThatThrownBy(() -> start("postgresql://u:canary@:x/d", CacheSettings.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("canary");
    }

    private double rejected(String table) {
        return registry.counter(MetricNames.ENTITLEMENT_ROWS_REJECTED, "table", table)
                .count();
    }

    private EntitlementService start(String url, CacheSettings cache) {
        return EntitlementService.start(
                vertx, new EntitlementSettings(() -> url, () -> url, cache, BOUNDS, Duration.ofMillis(100)), registry);
    }
}
