package dev.tiergate;

import ch.qos.logback.classic.Level;
import dev.tiergate.fixtures.Postgres;
import dev.tiergate.fixtures.Redis;
import dev.tiergate.fixtures.TcpLine;
import java.sql.DriverManager;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A gateway with a Redis of its own behind a line that can be broken, stores with a monthly limit of orders, and clients
 * who keep a ledger.
 */
final class FaultScene implements AutoCloseable {

    /** In which a counter's changes are at the latest in its durable copy, and so lost by a Redis that forgets them. */
    static final int FLUSH_MILLIS = 2_500;

    private static final String ROUTES = """
            gating: { on-limits-down: %s }
            routes:
              - { path: /health, public: true, upstream: shop }
              - { path: /api/orders, methods: [ POST ], feature: basic_orders, upstream: shop }
            """;

    private static final String STORES = """
            WITH named AS (
                INSERT INTO stores (external_id, code, name, plan, tier_code)
                SELECT '%1$s-' || i, '%1$s-' || i, 'Store', 'orion', 'essential' FROM generate_series(0, %3$d - 1) i
                RETURNING id),
            overridden AS (
                INSERT INTO store_feature_overrides (store_id, feature_code, enabled)
                SELECT id, 'basic_orders', true FROM named RETURNING store_id, feature_code)
            INSERT INTO store_override_limits (store_id, feature_code, limit_code, limit_value)
            SELECT store_id, feature_code, 'orders', %2$d FROM overridden
            """;

    final Redis redis = Redis.embedded();
    final TcpLine line = TcpLine.to(redis.port());
    final LogLines log = LogLines.of("dev.tiergate.decision", Level.INFO).alone();
    final RunningGateway gateway;
    final FaultLedger ledger;
    final FaultClients clients;
    final FaultClients.Door door;

    private FaultScene(String onLimitsDown, int deadlineMillis) throws Exception {
        this.gateway = RunningGateway.start(
                ROUTES.formatted(onLimitsDown),
                Map.of(
                        "TIERGATE_REDIS_URL",
                        redis.uriBy(line.port()),
                        "TIERGATE_REDIS_DEADLINE_MS",
                        String.valueOf(deadlineMillis)),
                List.of());
        this.ledger = new FaultLedger(gateway.backend());
        this.clients = new FaultClients(ledger);
        this.door = FaultClients.Door.of(gateway);
    }

    /** @param onLimitsDown {@code deny} or {@code allow} */
    static FaultScene start(String onLimitsDown, int deadlineMillis) throws Exception {
        return new FaultScene(onLimitsDown, deadlineMillis);
    }

    /** Writes so many stores, and sends one order of each, so that all know them. */
    List<String> stores(String name, int count, long limit) {
        var stores = IntStream.range(0, count).mapToObj(i -> name + "-" + i).toList();
        gateway.sql(STORES.formatted(name, limit, count));
        stores.forEach(store -> clients.orderNow(door, store));
        return stores;
    }

    RedisCommands counters() throws Exception {
        return RedisCommands.connect(redis.operatorUri());
    }

    /** Waits until the durable copies of all these stores' counters have this value. */
    void awaitCopies(List<String> stores, long value) throws Exception {
        var in = stores.stream().collect(Collectors.joining("', '", "('", "')"));
        try (var connection = DriverManager.getConnection(Postgres.jdbcUrl(gateway.database()));
                var sql = connection.createStatement()) {
            Eventually.holds("the counters are copied", () -> {
                try (var rows = sql.executeQuery(
                        "SELECT count(*) FROM usage_counters WHERE value = " + value + " AND store IN " + in)) {
                    return rows.next() && rows.getInt(1) == stores.size();
                }
            });
        }
    }

    @Override
    public void close() throws Exception {
        clients.close();
        line.heal();
        gateway.close();
        log.close();
        line.close();
        redis.close();
    }
}
