package dev.tiergate;

import ch.qos.logback.classic.Level;
import dev.tiergate.fixtures.Postgres;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Clients of a {@link FaultScene}, their ledger, and the gateway's log of refusals meanwhile. */
final class FaultRun implements AutoCloseable {

    /** In which a counter's change is in its durable copy at the latest, while both stores are well. */
    private static final Duration FLUSH = Duration.ofMillis(2_500);

    private static final Duration EXCHANGE = Duration.ofSeconds(1);

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

    final FaultLedger ledger;
    final FaultClients clients;
    final FaultClients.Door door;
    private final FaultScene scene;
    private final LogLines log =
            LogLines.of("dev.tiergate.decision", Level.INFO).alone();

    FaultRun(FaultScene scene) {
        this.scene = scene;
        this.ledger = new FaultLedger(scene.gateway.backend());
        this.clients = new FaultClients(ledger);
        this.door = FaultClients.Door.of(scene.gateway);
    }

    /** Writes so many stores with so many orders a month, and sends an order of each, so that the gateway knows them. */
    List<String> stores(String name, int count, long limit) {
        var stores = IntStream.range(0, count).mapToObj(i -> name + "-" + i).toList();
        scene.gateway.sql(STORES.formatted(name, limit, count));
        stores.forEach(store -> clients.orderNow(door, store));
        return stores;
    }

    /** Waits until so many more requests had this outcome. */
    void more(Predicate<FaultLedger.Line> outcome, int requests) {
        long before = ledger.count(outcome);
        Eventually.so(requests + " more", () -> ledger.count(outcome) >= before + requests);
    }

    /** Waits until the durable copies of all these stores' counters have this value. */
    void awaitCopies(List<String> stores, long value) throws Exception {
        var in = stores.stream().collect(Collectors.joining("', '", "('", "')"));
        try (var connection = DriverManager.getConnection(Postgres.jdbcUrl(scene.gateway.database()));
                var sql = connection.createStatement()) {
            Eventually.holds("the counters are copied", () -> {
                try (var rows = sql.executeQuery(
                        "SELECT count(*) FROM usage_counters WHERE value = " + value + " AND store IN " + in)) {
                    return rows.next() && rows.getInt(1) == stores.size();
                }
            });
        }
    }

    /**
     * The most that a Redis can have forgotten: all that was admitted since the last copy that is certain, and what was granted
     * in advance before and spent until a lease's next exchange told that it was worth nothing.
     */
    long forgotten(long forgot, long back) {
        long copied = forgot - FLUSH.toNanos();
        return ledger.count(line -> line.good() && line.at() >= copied && line.at() <= back + EXCHANGE.toNanos());
    }

    /** I1 to I7, the counters to the unit, and the gateway's own books. */
    void isExact() throws Exception {
        isWithin(0, 0);
    }

    /**
     * @param lost what Redis may have forgotten
     * @param unheard what it may have charged without anybody hearing of it
     */
    void isWithin(long lost, long unheard) throws Exception {
        ledger.holds();
        try (var redis = scene.counters()) {
            ledger.i6CountersAreWithin(redis, lost, unheard);
        }
        ledger.theLogTellsOfEveryRefusal(log);
    }

    @Override
    public void close() throws Exception {
        clients.close();
        log.close();
    }
}
