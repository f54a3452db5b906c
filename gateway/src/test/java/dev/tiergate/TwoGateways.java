package dev.tiergate;

import dev.tiergate.fixtures.Postgres;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.RecordingBackend;
import dev.tiergate.fixtures.Redis;
import dev.tiergate.fixtures.TokenMint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Two gateways, each a process of its own, over one PostgreSQL, one Redis and one backend. Both ask {@code basic_orders} for
 * {@code POST /api/orders} and {@code advanced_analytics} for {@code /api/analytics/**}.
 */
final class TwoGateways implements AutoCloseable {

    /** There is room for all that is sent while a busy machine holds a gateway up for a second or two. */
    private static final String ROUTES = """
            version: 1
            upstreams: { shop: { endpoints: [ "${SHOP}" ], max-connections: 512, connect-timeout: 10s } }
            auth: { jwt: { public-keys: [ "${KEY}" ], algorithms: [ RS256 ] } }
            routes:
              - { path: /api/orders, methods: [ POST ], feature: basic_orders, upstream: shop }
              - { path: /api/analytics/**, feature: advanced_analytics, upstream: shop }
            """;

    private final String database;
    private final RecordingBackend backend = RecordingBackend.start();
    private final TokenMint mint = TokenMint.rs256("kid-1");
    private final Path routes;
    private final Map<String, String> environment;
    private final List<GatewayProcess> gateways;

    private TwoGateways(Path folder, String database) throws IOException {
        this.database = database;
        this.routes = Files.writeString(folder.resolve("routes.yaml"), ROUTES);
        this.environment = Map.of(
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
        this.gateways = List.of(GatewayProcess.start(routes, environment), GatewayProcess.start(routes, environment));
    }

    /**
     * Waits until both are ready.
     *
     * @param folder for their routes.yaml
     * @param database an empty one, {@code postgresql://…}
     */
    static TwoGateways start(Path folder, String database) throws Exception {
        var both = new TwoGateways(folder, database);
        for (var gateway : both.gateways) {
            gateway.awaitReady(200);
        }
        return both;
    }

    /** One more that is ready, and the caller's to end. */
    GatewayProcess another() throws Exception {
        var third = GatewayProcess.start(routes, environment);
        third.awaitReady(200);
        return third;
    }

    /** How clients get in. */
    FaultClients.Door door(GatewayProcess gateway) throws Exception {
        return new FaultClients.Door(gateway.port(), this::token);
    }

    List<GatewayProcess> both() {
        return gateways;
    }

    GatewayProcess get(int number) {
        return gateways.get(number);
    }

    RecordingBackend backend() {
        return backend;
    }

    /** A good token for a store, valid for ten minutes. */
    String token(String store) {
        return token(store, Map.of());
    }

    private String token(String store, Map<String, ?> more) {
        var now = Instant.now().getEpochSecond();
        Map<String, Object> claims = new HashMap<>(Map.of("store_id", store, "iat", now, "exp", now + 600));
        claims.putAll(more);
        return mint.token(claims);
    }

    int analytics(GatewayProcess gateway, String store) throws Exception {
        return send(gateway, "GET /api/analytics/sales", store).status();
    }

    RawClient.Response order(GatewayProcess gateway, String store) throws Exception {
        return send(gateway, "POST /api/orders", store);
    }

    /** By somebody who manages the store. */
    RawClient.Response manage(GatewayProcess gateway, String line, String store) throws Exception {
        return exchange(gateway, by(token(store, Map.of("roles", List.of("owner"))), line));
    }

    private RawClient.Response send(GatewayProcess gateway, String line, String store) throws Exception {
        return exchange(gateway, request(line, store));
    }

    private static RawClient.Response exchange(GatewayProcess gateway, String request) throws Exception {
        try (var client = RawClient.connect(gateway.port(), Eventually.PATIENCE)) {
            return client.exchange(request);
        }
    }

    /** Such as {@code GET /api/analytics/sales}, without a body. */
    String request(String line, String store) {
        return by(token(store), line);
    }

    private static String by(String token, String line) {
        return line + " HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer " + token + "\r\nContent-Length: 0\r\n\r\n";
    }

    void store(String id, String tier) throws SQLException {
        sql("INSERT INTO stores (external_id, code, name, plan, tier_code) VALUES ('" + id + "', '" + id
                + "', 'Store', 'orion', '" + tier + "')");
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(Postgres.jdbcUrl(database));
    }

    /** In one transaction. */
    void sql(String... statements) throws SQLException {
        try (var connection = connect();
                var sql = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (var statement : statements) {
                sql.execute(statement);
            }
            connection.commit();
        }
    }

    @Override
    public void close() {
        gateways.forEach(GatewayProcess::close);
        backend.close();
    }
}
