package dev.tiergate.limits;

import dev.tiergate.telemetry.Lately;
import dev.tiergate.telemetry.MetricNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The copy in the table {@code usage_counters}. Many nodes write it: a row is replaced by a later count only. */
public final class PostgresCounters implements DurableCounters {

    private static final String STORE = "store";
    private static final String USER = "user";
    private static final String GRANT = "grant";

    /** The window of a limit that never starts anew. */
    private static final Instant ALWAYS = Instant.EPOCH;

    /**
     * A grant that has been revoked, or spent whole, for so long is known to no node any more: what was spent of it stays
     * in the table, and is not brought back to Redis.
     */
    private static final String FORGOTTEN = "interval '30 days'";

    /** A window ends by Redis's clock; by PostgreSQL's it may have ended this long ago. */
    private static final String SKEW = "interval '5 minutes'";

    private static final String LOAD = """
            SELECT e.epoch AS next, c.scope, c.subject, c.limit_code, c.window_start, c.window_end, c.value, c.epoch, c.version
            FROM (SELECT nextval('usage_epochs') AS epoch) e
            LEFT JOIN (usage_counters c
                LEFT JOIN (stores s JOIN credit_grants g ON g.store_id = s.id)
                    ON s.external_id = $1 AND c.scope = 'grant' AND c.subject = g.id::text)
            ON c.store = $1 AND (c.window_end IS NULL OR c.window_end > now() - SKEW)
                AND NOT coalesce(g.revoked_at < now() - FORGOTTEN
                    OR c.value >= g.amount AND c.updated_at < now() - FORGOTTEN, false)
            """.replace("FORGOTTEN", FORGOTTEN).replace("SKEW", SKEW);

    private static final String SAVE = """
            INSERT INTO usage_counters AS old
              (store, scope, subject, limit_code, window_start, window_end, value, epoch, version)
            SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[],
              $7::bigint[], $8::bigint[], $9::bigint[])
            ON CONFLICT (store, scope, subject, limit_code, window_start) DO UPDATE
            SET window_end = excluded.window_end, value = excluded.value, epoch = excluded.epoch,
              version = excluded.version, updated_at = now()
            WHERE (old.epoch, old.version) < (excluded.epoch, excluded.version)
            """;

    /** Nodes that save the same rows in the same order wait for each other, and never in a circle. */
    private static final Comparator<CounterCopy> ORDER = Comparator.comparing(CounterCopy::store)
            .thenComparing(PostgresCounters::scope)
            .thenComparing(PostgresCounters::subject)
            .thenComparing(CounterCopy::limit)
            .thenComparing(PostgresCounters::start);

    private static final Logger LOG = LoggerFactory.getLogger(PostgresCounters.class);

    private final Pool pool;
    private final Duration deadline;
    private final Counter failures;
    private final Lately logged = new Lately(System::nanoTime);

    /** @param deadline of each statement */
    public PostgresCounters(Pool pool, Duration deadline, MeterRegistry registry) {
        this.pool = pool;
        this.deadline = deadline;
        this.failures = registry.counter(MetricNames.USAGE_COPY_FAILURES);
    }

    @Override
    public Duration deadline() {
        return deadline;
    }

    @Override
    public Future<Stored> load(String store) {
        return pool.preparedQuery(LOAD)
                .execute(Tuple.of(store))
                .timeout(deadline.toMillis(), TimeUnit.MILLISECONDS)
                .map(rows -> stored(store, rows));
    }

    private static Stored stored(String store, RowSet<Row> rows) {
        List<CounterCopy> counters = new ArrayList<>(rows.size());
        long next = 0;
        for (Row row : rows) {
            next = row.getLong("next");
            if (row.getString("scope") != null) {
                counters.add(counter(store, row));
            }
        }
        return new Stored(next, counters);
    }

    private static CounterCopy counter(String store, Row row) {
        OffsetDateTime end = row.getOffsetDateTime("window_end");
        return new CounterCopy(
                store,
                USER.equals(row.getString("scope")) ? row.getString("subject") : null,
                GRANT.equals(row.getString("scope")) ? row.getString("subject") : null,
                row.getString("limit_code"),
                end == null
                        ? null
                        : new WindowSpan(row.getOffsetDateTime("window_start").toInstant(), end.toInstant()),
                row.getLong("value"),
                row.getLong("epoch"),
                row.getLong("version"));
    }

    @Override
    public Future<Void> save(List<CounterCopy> copies) {
        if (copies.isEmpty()) {
            return Future.succeededFuture();
        }
        List<CounterCopy> rows = copies.stream().sorted(ORDER).toList();
        var values = Tuple.tuple()
                .addArrayOfString(column(rows, CounterCopy::store, String[]::new))
                .addArrayOfString(column(rows, PostgresCounters::scope, String[]::new))
                .addArrayOfString(column(rows, PostgresCounters::subject, String[]::new))
                .addArrayOfString(column(rows, CounterCopy::limit, String[]::new))
                .addArrayOfOffsetDateTime(column(rows, copy -> at(start(copy)), OffsetDateTime[]::new))
                .addArrayOfOffsetDateTime(column(rows, copy -> at(end(copy)), OffsetDateTime[]::new))
                .addArrayOfLong(column(rows, CounterCopy::value, Long[]::new))
                .addArrayOfLong(column(rows, CounterCopy::epoch, Long[]::new))
                .addArrayOfLong(column(rows, CounterCopy::version, Long[]::new));
        return pool.preparedQuery(SAVE)
                .execute(values)
                .timeout(deadline.toMillis(), TimeUnit.MILLISECONDS)
                .onFailure(this::notSaved)
                .mapEmpty();
    }

    private void notSaved(Throwable fault) {
        failures.increment();
        if (logged.begins()) {
            LOG.warn("Counters could not be copied to PostgreSQL, and are copied again later: {}", fault.getMessage());
        }
    }

    private static <T extends @Nullable Object> T[] column(
            List<CounterCopy> rows, Function<CounterCopy, T> value, java.util.function.IntFunction<T[]> array) {
        return rows.stream().map(value).toArray(array);
    }

    private static String scope(CounterCopy copy) {
        if (copy.grant() != null) {
            return GRANT;
        }
        return copy.user() == null ? STORE : USER;
    }

    private static String subject(CounterCopy copy) {
        String part = copy.grant() == null ? copy.user() : copy.grant();
        return part == null ? copy.store() : part;
    }

    private static Instant start(CounterCopy copy) {
        WindowSpan span = copy.span();
        return span == null ? ALWAYS : span.start();
    }

    private static @Nullable Instant end(CounterCopy copy) {
        WindowSpan span = copy.span();
        return span == null ? null : span.end();
    }

    private static @Nullable OffsetDateTime at(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }
}
