package dev.tiergate.outbox;

import dev.tiergate.plugin.Event;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/** The table {@code outbox}, which all nodes share. Times are PostgreSQL's. Each call is one statement, and has a deadline. */
final class Outbox {

    /** Of an error that a row keeps. */
    static final int LONGEST_ERROR = 500;

    private static final String WRITE = """
            INSERT INTO outbox (sink, event_id, topic, store, payload, occurred_at, window_end)
            SELECT sink, event_id, topic, store, payload::jsonb, occurred_at, window_end
            FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[])
              AS events (sink, event_id, topic, store, payload, occurred_at, window_end)
            ON CONFLICT (sink, event_id) DO NOTHING
            RETURNING topic
            """;

    private static final String CLAIM = """
            UPDATE outbox SET attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => $3)
            WHERE id IN (
              SELECT id FROM outbox
              WHERE sink = $1 AND topic = ANY ($4) AND delivered_at IS NULL AND next_attempt_at <= now()
              ORDER BY next_attempt_at LIMIT $2 FOR UPDATE SKIP LOCKED)
            RETURNING id, attempts, event_id, topic, store, payload, occurred_at
            """;

    private static final String DELIVERED =
            "UPDATE outbox SET delivered_at = now(), given_up_at = NULL, last_error = NULL WHERE id = $1";

    /** Says nothing of a row that was taken again, or delivered, meanwhile. */
    private static final String FAILED = """
            UPDATE outbox SET last_error = $3,
              given_up_at = CASE WHEN created_at <= now() - make_interval(secs => $5) THEN now() END,
              next_attempt_at = CASE WHEN created_at <= now() - make_interval(secs => $5) THEN 'infinity'
                ELSE now() + make_interval(secs => $4) END
            WHERE id = $1 AND attempts = $2 AND delivered_at IS NULL
            RETURNING given_up_at IS NOT NULL AS given_up
            """;

    private static final String BACKLOG = """
            SELECT sink, count(*) FILTER (WHERE given_up_at IS NULL) AS waiting, count(given_up_at) AS given_up,
              coalesce(extract(epoch FROM now() - min(created_at) FILTER (WHERE given_up_at IS NULL)), 0)::float8 AS oldest
            FROM outbox WHERE delivered_at IS NULL GROUP BY sink
            """;

    /** Few enough to be done well within the half second that a statement of a node may take. */
    static final int PURGED_AT_ONCE = 2_000;

    private static final String PURGE = """
            DELETE FROM outbox WHERE ctid = ANY (ARRAY(
              SELECT ctid FROM outbox WHERE created_at < now() - make_interval(secs => $1) AND window_end <= now() LIMIT $2))
            RETURNING delivered_at IS NULL AND given_up_at IS NULL AS undelivered
            """;

    private static final Map<String, Event.Type> TYPES =
            Arrays.stream(Event.Type.values()).collect(Collectors.toMap(Event.Type::code, Function.identity()));

    private static final double MILLIS = 1_000;

    private final Pool pool;
    private final Duration deadline;

    /**
     * An event on its way to one sink.
     *
     * @param windowEnd until when the same event is not written again
     */
    record Entry(String sink, Event event, Instant windowEnd) {}

    /**
     * A row that this node has taken for a while.
     *
     * @param attempts with the one that begins now
     */
    record Claimed(long id, int attempts, Event event) {}

    /**
     * What a sink does not have yet.
     *
     * @param oldestSeconds since the oldest that waits was written; 0 where none does
     */
    record Backlog(String sink, long waiting, long givenUp, double oldestSeconds) {}

    /** @param undelivered of the rows, those that no sink had, and that nobody had given up either */
    record Purged(int rows, long undelivered) {}

    /** @param deadline of each statement */
    Outbox(Pool pool, Duration deadline) {
        this.pool = pool;
        this.deadline = deadline;
    }

    /** The types of those that were not there yet. */
    Future<List<Event.Type>> write(List<Entry> entries) {
        var values = Tuple.tuple()
                .addArrayOfString(column(entries, Entry::sink, String[]::new))
                .addArrayOfString(column(entries, entry -> entry.event().id(), String[]::new))
                .addArrayOfString(column(entries, entry -> entry.event().type().code(), String[]::new))
                .addArrayOfString(column(entries, entry -> entry.event().store(), String[]::new))
                .addArrayOfString(
                        column(entries, entry -> new JsonObject(entry.event().data()).encode(), String[]::new))
                .addArrayOfOffsetDateTime(
                        column(entries, entry -> at(entry.event().time()), OffsetDateTime[]::new))
                .addArrayOfOffsetDateTime(column(entries, entry -> at(entry.windowEnd()), OffsetDateTime[]::new));
        return run(WRITE, values).map(rows -> all(rows, row -> type(row.getString("topic"))));
    }

    /** Takes up to so many rows that are due; they are due again when the lease is over. */
    Future<List<Claimed>> claim(String sink, int most, Duration lease) {
        var values = Tuple.of(sink, (long) most, seconds(lease), TYPES.keySet().toArray(new String[0]));
        return run(CLAIM, values).map(rows -> all(rows, Outbox::claimed));
    }

    Future<Void> delivered(Claimed row) {
        return run(DELIVERED, Tuple.of(row.id())).mapEmpty();
    }

    /**
     * Keeps what went wrong.
     *
     * @param wait until the next attempt
     * @param giveUpAfter since the event was written; there is no next attempt after that
     * @return whether it was given up
     */
    Future<Boolean> failed(Claimed row, String why, Duration wait, Duration giveUpAfter) {
        var cut = why.replace('\0', ' ').substring(0, Math.min(why.length(), LONGEST_ERROR));
        var values = Tuple.of(row.id(), row.attempts(), cut, seconds(wait), seconds(giveUpAfter));
        return run(FAILED, values)
                .map(rows -> all(rows, found -> found.getBoolean("given_up")).contains(true));
    }

    Future<List<Backlog>> backlog() {
        return run(BACKLOG, Tuple.tuple())
                .map(rows -> all(
                        rows,
                        row -> new Backlog(
                                row.getString("sink"),
                                row.getLong("waiting"),
                                row.getLong("given_up"),
                                row.getDouble("oldest"))));
    }

    /** Deletes some of what is older and whose window is over. */
    Future<Purged> purge(Duration age) {
        return run(PURGE, Tuple.of(seconds(age), (long) PURGED_AT_ONCE))
                .map(rows -> new Purged(
                        rows.rowCount(),
                        all(rows, row -> row.getBoolean("undelivered")).stream()
                                .filter(undelivered -> undelivered)
                                .count()));
    }

    private Future<RowSet<Row>> run(String statement, Tuple values) {
        return pool.preparedQuery(statement).execute(values).timeout(deadline.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Claimed claimed(Row row) {
        var event = new Event(
                row.getString("event_id"),
                type(row.getString("topic")),
                row.getOffsetDateTime("occurred_at").toInstant(),
                row.getString("store"),
                row.getJsonObject("payload").getMap());
        return new Claimed(row.getLong("id"), row.getInteger("attempts"), event);
    }

    private static Event.Type type(String code) {
        var type = TYPES.get(code);
        if (type == null) {
            throw new IllegalStateException("'" + code + "' is no type of an event");
        }
        return type;
    }

    private static <T> List<T> all(RowSet<Row> rows, Function<Row, T> read) {
        List<T> all = new ArrayList<>(rows.size());
        rows.forEach(row -> all.add(read.apply(row)));
        return all;
    }

    private static <T> T[] column(List<Entry> entries, Function<Entry, T> value, IntFunction<T[]> array) {
        return entries.stream().map(value).toArray(array);
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / MILLIS;
    }
}
