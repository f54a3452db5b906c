package dev.tiergate.limits;

import dev.tiergate.entitlement.MigratedDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.List;

/** A database of a test's own, with the copies of counters in it. */
final class CopiesInPostgres implements AutoCloseable {

    static final Duration PATIENT = Duration.ofSeconds(10);

    final Vertx vertx = Vertx.vertx();
    final String url;
    final Pool pool;
    final DurableCounters durable;

    CopiesInPostgres() throws Exception {
        this.url = MigratedDatabase.create();
        this.pool = PgBuilder.pool().connectingTo(url).using(vertx).build();
        this.durable = new PostgresCounters(pool, PATIENT, new SimpleMeterRegistry());
    }

    /** What would be brought back of a store. */
    List<CounterCopy> of(String store) {
        return LedgerNode.await(durable.load(store)).counters();
    }

    List<CounterCopy> of(Subject subject) {
        return of(subject.store().externalId());
    }

    /** The units of each of its counters. */
    List<Long> values(Subject subject) {
        return of(subject).stream().map(CounterCopy::value).toList();
    }

    /** From now on nothing of the store is saved, nor what comes with it. */
    void refuse(Subject subject) {
        var store = subject.store().externalId();
        LedgerNode.await(pool.query("ALTER TABLE usage_counters ADD CHECK (store <> '" + store + "')")
                .execute());
    }

    @Override
    public void close() {
        LedgerNode.await(pool.close());
        LedgerNode.await(vertx.close());
    }
}
