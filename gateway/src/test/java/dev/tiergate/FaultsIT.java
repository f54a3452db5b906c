package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.entitlement.Migrations;
import dev.tiergate.fixtures.Postgres;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.Redis;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** PostgreSQL at its worst, under a whole gateway: away at the start, hung, asked for everything at once, full of nonsense. */
class FaultsIT {

    private static final String ROUTES = """
            routes:
              - { path: /health, public: true, upstream: shop }
              - { path: /api/orders, methods: [ POST ], feature: basic_orders, upstream: shop }
              - { path: /api/analytics/**, feature: advanced_analytics, upstream: shop }
            """;

    static final String SECRET = "0123456789abcdef0123456789abcdef-faults";

    /** Tokens that cost little to make: there are thousands. */
    private static final String SECRET_AUTH = "auth: { jwt: { secret: " + SECRET + ", algorithms: [ HS256 ] } }\n";

    private static final Duration BACK_SOON = Duration.ofSeconds(2);

    private static final long MEBIBYTE = 1 << 20;

    private static final int POOL = 4;

    /** Requests each at its own time, as many a second as the fault is stated for. */
    private static final int A_SECOND = 500;

    private static final int PACED = 2_500;

    @Test
    void f10_postgresql_is_down_at_the_start_and_nothing_was_copied() throws Exception {
        try (var postgres = Postgres.embedded();
                var redis = Redis.embedded()) {
            var database = postgres.createDatabase();
            Migrations.run(database);
            postgres.stop();
            try (var gateway = RunningGateway.begin(ROUTES, at(database, redis), List.of())) {
                Eventually.holds(
                        "the reason is known",
                        () -> state(gateway, "entitlements")
                                .getString("reason", "")
                                .contains("PostgreSQL"));
                assertThat(state(gateway, "entitlements").getString("state")).isEqualTo("down");
                assertThat(gateway.admin("/ready").status()).isEqualTo(503);
                assertThat(gateway.admin("/live").status()).isEqualTo(200);
                unavailable(analytics(gateway, "1"));
                assertThat(health(gateway)).isEqualTo(200);

                postgres.restart();
                assertThat(Eventually.holds(
                                "it is ready", () -> gateway.admin("/ready").status() == 200))
                        .isLessThan(BACK_SOON);
                gateway.store("1", "business");
                Eventually.holds("it serves", () -> analytics(gateway, "1").status() == 200);
            }
        }
    }

    @Test
    void f10_postgresql_is_down_at_the_start_and_stores_are_answered_from_copies() throws Exception {
        try (var postgres = Postgres.embedded();
                var redis = Redis.embedded()) {
            var database = postgres.createDatabase();
            try (var before = RunningGateway.start(ROUTES, at(database, redis), List.of())) {
                before.store("1", "business");
                before.store("2", "essential");
                assertThat(analytics(before, "1").status()).isEqualTo(200);
                assertThat(analytics(before, "2").status()).isEqualTo(403);
            }
            postgres.stop();
            try (var gateway = RunningGateway.start(ROUTES, at(database, redis), List.of())) {
                assertThat(analytics(gateway, "1").status()).isEqualTo(200);
                assertThat(gateway.backend()
                                .last()
                                .header("X-Tiergate-Entitlements")
                                .orElse(""))
                        .matches("stale;age=\\d+");
                assertThat(analytics(gateway, "2").status()).isEqualTo(403);
                unavailable(analytics(gateway, "never-seen"));
                assertThat(state(gateway, "postgresql").getString("state")).isEqualTo("degraded");
                assertThat(state(gateway, "postgresql").getString("reason")).contains("from copies");
                assertThat(gateway.metric("tiergate_entitlement_copies_total{outcome=\"used\"}"))
                        .isEqualTo(3);

                postgres.restart();
                gateway.sql("UPDATE stores SET tier_code = 'essential' WHERE external_id = '1'");
                assertThat(Eventually.holds(
                                "the truth is in force",
                                () -> analytics(gateway, "1").status() == 403))
                        .isLessThan(BACK_SOON);
                Eventually.holds(
                        "PostgreSQL is well",
                        () -> state(gateway, "postgresql").getString("state").equals("up"));
            }
        }
    }

    @Test
    void f11_postgresql_hangs_and_no_answer_is_wrong() throws Exception {
        try (var postgres = Postgres.embedded();
                var redis = Redis.embedded();
                var gateway = RunningGateway.start(
                        SECRET_AUTH + "gating: { entitlements: { ttl: 1s, max-stale: 1h } }\n" + ROUTES,
                        with(at(postgres.createDatabase(), redis), "TIERGATE_DATABASE_DEADLINE_MS", "250"),
                        List.of())) {
            for (int i = 0; i < 20; i++) {
                gateway.store("s" + i, i % 2 == 0 ? "business" : "essential");
            }
            var load = new Load(gateway);
            var right = IntStream.range(0, 400)
                    .mapToObj(i -> i % 2 == 0 ? 200 : 403)
                    .toList();
            Eventually.holds(
                    "all are known", () -> load.run(400, i -> "s" + i % 20).equals(right));
            load.run(200, i -> "unknown" + i);
            long before = heapInUse();

            postgres.pause();
            try {
                for (int round = 0; round < 3; round++) {
                    assertThat(load.run(400, i -> "s" + i % 20)).isEqualTo(right);
                    assertThat(load.run(400, i -> "new" + i)).containsOnly(503);
                }
                Eventually.holds(
                        "PostgreSQL is named",
                        () -> state(gateway, "postgresql").getString("state").equals("degraded"));
                assertThat(heapInUse() - before).isLessThan(20 * MEBIBYTE);
            } finally {
                postgres.resume();
            }
            Eventually.holds("unknown again", () -> load.run(1, i -> "new1").equals(List.of(403)));
        }
    }

    @Test
    void f12_five_thousand_stores_expire_at_once_under_load() throws Exception {
        int stores = 5_000;
        String database;
        try (var gateway = RunningGateway.start(SECRET_AUTH + ROUTES)) {
            database = gateway.database();
            gateway.sql("INSERT INTO stores (external_id, code, name, tier_code) "
                    + "SELECT 's' || i, 's' || i, 'Store', 'business' FROM generate_series(0, 4999) i");
            gateway.sql("ANALYZE stores");
            var load = new Load(gateway);
            Eventually.holds(
                    "they are known",
                    () -> load.run(stores, i -> "s" + i).stream().allMatch(s -> s == 200));
            var quiet = load.run(PACED, A_SECOND, i -> "s" + i);
            try (var busy = new BusyConnections(gateway.database())) {
                gateway.sql("UPDATE stores SET name = 'Other'");
                var expired = load.run(PACED, A_SECOND, i -> "s" + i);
                assertThat(expired.statuses()).containsOnly(200);
                record(quiet.p99(), expired.p99());
                // each store asked for twice, the second time while or after it is read again
                assertThat(load.run(2 * stores, i -> "s" + i % stores)).containsOnly(200);
                assertThat(busy.most()).isLessThanOrEqualTo(POOL);
            }
        }
        // once to be known, which none can be without a query, and at most once again
        assertThat(queries(database)).isBetween(stores + 1L, 2L * stores);
    }

    /** A number to look at and not to hold to: on a machine with other work it says most about that. */
    private static void record(Duration quiet, Duration expired) throws IOException {
        Files.writeString(
                Path.of("target", "f12-expiry.txt"),
                "p99 at %d requests a second, all stores in memory: %d us%np99 while they are read again: %d us%nratio: %.2f%n"
                        .formatted(
                                A_SECOND,
                                quiet.toNanos() / 1000,
                                expired.toNanos() / 1000,
                                (double) expired.toNanos() / quiet.toNanos()));
    }

    @Test
    void f13_rows_that_make_no_sense_cost_nobody_but_themselves() throws Exception {
        try (var log = LogLines.of("dev.tiergate.entitlement");
                var postgres = Postgres.embedded();
                var redis = Redis.embedded()) {
            var database = postgres.createDatabase();
            Migrations.run(database);
            int bad = poison(database);
            try (var gateway = RunningGateway.start(ROUTES, at(database, redis), List.of())) {
                for (int round = 0; round < 20; round++) {
                    assertThat(analytics(gateway, "good").status()).isEqualTo(200);
                    assertThat(analytics(gateway, "small").status()).isEqualTo(403);
                    assertThat(order(gateway, "good").status()).isEqualTo(200);
                    assertThat(analytics(gateway, "mixed").status()).isEqualTo(403);
                    unavailable(analytics(gateway, "no-tier"));
                    unavailable(analytics(gateway, "no-zone"));
                }
                assertThat(rejected(gateway)).isEqualTo(bad);
                assertThat(log.messages().stream().filter(message -> message.contains("is left out")))
                        .hasSize(bad);
                assertThat(log.messages())
                        .allSatisfy(message -> assertThat(message).hasSizeLessThan(300));
            }
        }
    }

    /** How many bad rows there are. */
    private static int poison(String database) throws SQLException {
        var schema = List.of(
                "ALTER DOMAIN code_name DROP CONSTRAINT code_name_check",
                "ALTER DOMAIN display_name DROP CONSTRAINT display_name_check",
                "ALTER TABLE tier_limits ALTER limit_value TYPE numeric",
                "ALTER TABLE stores ALTER tier_code DROP NOT NULL",
                "ALTER TABLE features DROP CONSTRAINT features_code_key CASCADE",
                "ALTER TABLE features DROP CONSTRAINT features_plan_code_key CASCADE",
                "ALTER TABLE store_feature_overrides DROP CONSTRAINT store_feature_overrides_expires_at_check",
                "INSERT INTO stores (external_id, code, name, tier_code) VALUES ('good', 'good', 'Good', 'business'), "
                        + "('small', 'small', 'Small', 'essential'), ('mixed', 'mixed', 'Mixed', 'essential'), "
                        + "('no-tier', 'no-tier', 'No tier', 'business'), ('no-zone', 'no-zone', 'No zone', 'business')",
                "SET session_replication_role = replica");
        var rows = List.of(
                "INSERT INTO tier_features VALUES ('orion', 'business', 'no_such_feature')",
                "UPDATE stores SET tier_code = NULL WHERE external_id = 'no-tier'",
                "UPDATE stores SET time_zone = 'Nowhere/Land' WHERE external_id = 'no-zone'",
                "UPDATE tier_limits SET limit_value = -9 WHERE tier_code = 'essential' AND limit_code = 'orders'",
                "UPDATE tier_limits SET limit_value = 9223372036854775808 "
                        + "WHERE tier_code = 'professional' AND limit_code = 'orders'",
                "UPDATE tier_limits SET limit_value = 'NaN' WHERE tier_code = 'essential' AND limit_code = 'products'",
                "INSERT INTO store_feature_overrides (store_id, feature_code, enabled, expires_at) SELECT id, "
                        + "'advanced_analytics', true, '-infinity' FROM stores WHERE external_id = 'mixed'",
                "INSERT INTO store_feature_overrides (store_id, feature_code, enabled) "
                        + "SELECT id, 'no_such_feature', true FROM stores WHERE external_id = 'mixed'",
                "INSERT INTO features (code, name, category) VALUES ('webhooks', 'Webhooks again', 'integration')",
                "INSERT INTO features (code, name, category) VALUES ('\uD83C\uDF81', 'Gift', 'core')",
                "UPDATE features SET name = repeat('x', 1048576) WHERE code = 'white_label'");
        try (var connection = DriverManager.getConnection(Postgres.jdbcUrl(database));
                var sql = connection.createStatement()) {
            for (var statement : schema) {
                sql.execute(statement);
            }
            for (var statement : rows) {
                assertThat(sql.executeUpdate(statement)).as(statement).isEqualTo(1);
            }
        }
        return rows.size();
    }

    private static double rejected(RunningGateway gateway) {
        return gateway.admin("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith("tiergate_entitlement_rows_rejected_total{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /**
     * Loads of stores by a gateway that is gone, as PostgreSQL counts looks into the index that they use. It is told of them by
     * a connection when that ends, or ten seconds after its last query.
     */
    private static long queries(String database) throws Exception {
        try (var connection = DriverManager.getConnection(Postgres.jdbcUrl(database));
                var sql = connection.createStatement()) {
            Eventually.holds(
                    "all other connections have ended",
                    () -> number(
                                    sql,
                                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                                            + "AND pid <> pg_backend_pid()")
                            == 0);
            return number(
                    sql, "SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 'stores_external_id_key'");
        }
    }

    private static long number(Statement sql, String query) throws SQLException {
        try (var rows = sql.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static long heapInUse() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static Map<String, String> at(String database, Redis redis) {
        return Map.of("TIERGATE_DATABASE_URL", database, "TIERGATE_REDIS_URL", redis.uri());
    }

    private static Map<String, String> with(Map<String, String> settings, String name, String value) {
        var all = new HashMap<>(settings);
        all.put(name, value);
        return all;
    }

    private static RawClient.Response analytics(RunningGateway gateway, String store) {
        return gateway.get(store, "/api/analytics/sales");
    }

    private static RawClient.Response order(RunningGateway gateway, String store) {
        return gateway.exchange("POST /api/orders HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer "
                + gateway.token(store) + "\r\nContent-Length: 0\r\n\r\n");
    }

    private static int health(RunningGateway gateway) {
        return gateway.exchange("GET /health HTTP/1.1\r\nHost: gw.test\r\n\r\n").status();
    }

    private static void unavailable(RawClient.Response answer) {
        assertThat(answer.status()).isEqualTo(503);
        assertThat(new JsonObject(answer.text()).getString("reason")).isEqualTo("entitlements_unavailable");
    }

    private static JsonObject state(RunningGateway gateway, String dependency) {
        return new JsonObject(gateway.admin("/ready").text())
                .getJsonObject("dependencies")
                .getJsonObject(dependency);
    }
}
