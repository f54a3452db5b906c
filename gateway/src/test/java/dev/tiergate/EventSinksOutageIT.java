package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.entitlement.MigratedDatabase;
import dev.tiergate.fixtures.Postgres;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.RecordingBackend;
import dev.tiergate.fixtures.Redis;
import dev.tiergate.fixtures.TokenMint;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** At least once: a receiver that is away, and a gateway that is killed. */
class EventSinksOutageIT {

    private static final String TOLD = """
            events: { sinks: { hook: { post: { url: "${RECEIVER}" }, deadline: 30s } } }
            routes: [ { path: /api/analytics, feature: advanced_analytics, upstream: shop } ]
            """;

    private static final String WHOLE = """
            version: 1
            upstreams: { shop: { endpoints: [ "${SHOP}" ] } }
            auth: { jwt: { public-keys: [ "${KEY}" ], algorithms: [ RS256 ] } }
            """ + TOLD;

    private final String database = MigratedDatabase.create();

    private void sql(String statement) throws SQLException {
        try (var connection = DriverManager.getConnection(Postgres.jdbcUrl(database));
                var sql = connection.createStatement()) {
            sql.execute(statement);
        }
    }

    @Test
    void a_receiver_that_was_away_gets_the_event_when_it_is_back() throws Exception {
        var before = RecordingBackend.start();
        var port = before.port();
        before.close();
        try (var gateway = RunningGateway.start(
                TOLD, Map.of("TIERGATE_DATABASE_URL", database, "RECEIVER", "http://127.0.0.1:" + port), List.of())) {
            gateway.store("away", "essential");
            assertThat(gateway.get("away", "/api/analytics").status()).isEqualTo(403);
            Eventually.holds(
                    "an attempt failed",
                    () -> gateway.metric("tiergate_outbox_deliveries_total{outcome=\"failed\",sink=\"hook\"}") >= 1);
            try (var back = RecordingBackend.start(port)) {
                var event = new JsonObject(back.awaitRequests(1).get(0).text());
                assertThat(event.getString("store")).isEqualTo("away");
                Eventually.holds(
                        "it is known to be delivered",
                        () -> gateway.metric("tiergate_outbox_deliveries_total{outcome=\"delivered\",sink=\"hook\"}")
                                == 1);
                assertThat(back.count()).isEqualTo(1);
            }
        }
    }

    @Test
    void operators_see_what_a_receiver_does_not_have_yet() throws Exception {
        try (var receiver = RecordingBackend.start();
                var gateway = RunningGateway.start(
                        TOLD, Map.of("TIERGATE_DATABASE_URL", database, "RECEIVER", receiver.uri()), List.of())) {
            gateway.store("slow", "essential");
            try (var held = receiver.hold()) {
                assertThat(gateway.get("slow", "/api/analytics").status()).isEqualTo(403);
                Eventually.holds("it waits", () -> gateway.metric("tiergate_outbox_waiting{sink=\"hook\"}") == 1);
                assertThat(gateway.metric("tiergate_outbox_oldest_seconds{sink=\"hook\"}"))
                        .isPositive();
                assertThat(gateway.metric("tiergate_outbox_given_up{sink=\"hook\"}"))
                        .isZero();
            }
            Eventually.holds("nothing waits", () -> gateway.metric("tiergate_outbox_waiting{sink=\"hook\"}") == 0);
            assertThat(gateway.metric("tiergate_outbox_oldest_seconds{sink=\"hook\"}"))
                    .isZero();
        }
    }

    @Test
    void what_a_killed_gateway_had_written_and_not_sent_another_sends(@TempDir Path folder) throws Exception {
        var mint = TokenMint.rs256("kid-1");
        var now = Instant.now().getEpochSecond();
        var token = mint.token(Map.of("store_id", "bereft", "iat", now, "exp", now + 600));
        var routes = Files.writeString(folder.resolve("routes.yaml"), WHOLE);
        try (var receiver = RecordingBackend.start();
                var shop = RecordingBackend.start();
                var held = receiver.hold()) {
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
                    shop.uri(),
                    "RECEIVER",
                    receiver.uri(),
                    "KEY",
                    mint.publicKeyPem());
            sql("INSERT INTO stores (external_id, code, name, plan, tier_code)"
                    + " VALUES ('bereft', 'bereft', 'Store', 'orion', 'essential')");
            try (var killed = GatewayProcess.start(routes, environment)) {
                killed.awaitReady(200);
                try (var client = RawClient.connect(killed.port(), Eventually.PATIENCE)) {
                    assertThat(client.exchange("GET /api/analytics HTTP/1.1\r\nHost: gw.test\r\n"
                                            + "Authorization: Bearer " + token + "\r\n\r\n")
                                    .status())
                            .isEqualTo(403);
                }
                receiver.awaitRequests(1);
                killed.kill();
            }
            receiver.awaitAborted(1);
            try (var heir = GatewayProcess.start(routes, environment)) {
                heir.awaitReady(200);
                // as if the lease were over, which takes as long as a delivery may
                sql("UPDATE outbox SET next_attempt_at = now()");
                held.release();
                var requests = receiver.awaitRequests(2);
                assertThat(requests.get(1).text()).isEqualTo(requests.get(0).text());
                Eventually.holds("it is delivered", () -> delivered() == 1);
            }
        }
    }

    private int delivered() throws SQLException {
        try (var connection = DriverManager.getConnection(Postgres.jdbcUrl(database));
                var rows = connection
                        .createStatement()
                        .executeQuery("SELECT count(*) FROM outbox WHERE delivered_at IS NOT NULL")) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
