package dev.tiergate.api.admin;

import dev.tiergate.entitlement.DatabasePool;
import dev.tiergate.entitlement.DatabaseUrl;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL as the admin API uses it. Writes take turns, each on a snapshot that begins with its turn: what a write read
 * is what it changes, and a change by hand in between makes it start again.
 */
final class AdminDatabase {

    private static final int CONNECTIONS = 2;
    private static final int MAX_WAITING = 200;
    /** Covers the wait for one of the connections too. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(10);
    /** A node that stops in the middle of a write keeps its turn for so long. */
    private static final Duration IDLE_IN_TRANSACTION = Duration.ofSeconds(10);
    /** A little longer than the server's own, which says more. */
    private static final Duration DEADLINE = STATEMENT_TIMEOUT.plusSeconds(2);

    private static final Duration SOCKET_IDLE = DEADLINE.plusSeconds(5);

    private static final int RETRIES = 3;
    private static final int LONGEST_PAUSE_MILLIS = 50;
    /** Deadlock and serialization failure: the same may succeed now. */
    private static final Set<String> WORTH_A_RETRY = Set.of("40P01", "40001");

    /** Held to the end of the transaction; taken before its snapshot, which the next statement begins. */
    private static final String TAKE_TURN = "LOCK TABLE admin_turn IN EXCLUSIVE MODE";

    private static final String RECORD = """
            SELECT set_config('tiergate.actor', $1::text, true), set_config('tiergate.request_id', $2::text, true),
                set_config('tiergate.action', $3::text, true), set_config('tiergate.entity', $4::text, true),
                set_config('tiergate.entity_id', $5::text, true), record_write($6::jsonb, $7::jsonb)
            """;

    private final Vertx vertx;
    private final Pool pool;

    AdminDatabase(Vertx vertx, Supplier<String> databaseUrl) {
        this.vertx = vertx;
        DatabaseUrl.parse(databaseUrl.get());
        this.pool = DatabasePool.open(
                vertx,
                () -> options(databaseUrl.get()),
                new DatabasePool.Bounds(CONNECTIONS, MAX_WAITING, CONNECT_TIMEOUT, SOCKET_IDLE));
    }

    /** For each connection, as the password may have changed. */
    private static PgConnectOptions options(String url) {
        return DatabaseUrl.parse(url)
                .forVertx()
                .addProperty("TimeZone", "UTC")
                .addProperty("default_transaction_isolation", "repeatable read")
                .addProperty("statement_timeout", millis(STATEMENT_TIMEOUT))
                .addProperty("lock_timeout", millis(LOCK_TIMEOUT))
                .addProperty("idle_in_transaction_session_timeout", millis(IDLE_IN_TRANSACTION));
    }

    private static String millis(Duration time) {
        return Long.toString(time.toMillis());
    }

    /**
     * What a write did, for the audit log, and what is answered.
     *
     * @param action a word such as {@code update}
     * @param entity the table of what was changed in the main
     * @param entityId its key as the audit log has it
     * @param elsewhere what was changed outside the database; null for nothing
     */
    record Change(
            String action,
            String entity,
            String entityId,
            Reply reply,
            @Nullable Elsewhere elsewhere) {

        Change(String action, String entity, String entityId, Reply reply) {
            this(action, entity, entityId, reply, null);
        }
    }

    /** How something that the database does not keep was and is. */
    record Elsewhere(JsonObject before, JsonObject after) {}

    /**
     * Whose write it is.
     *
     * @param name as the audit log calls them
     */
    record Author(String name, String requestId) {}

    /** One statement that changes nothing. */
    Future<RowSet<Row>> query(String sql, Tuple values) {
        return pool.preparedQuery(sql).execute(values).timeout(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** One transaction, with one row in the audit log; all of it or nothing. */
    Future<Reply> write(AdminCall call, Function<SqlConnection, Future<Change>> steps) {
        return write(author(call), steps);
    }

    /** The same for a write that does not come by the admin API. */
    Future<Reply> write(Author author, Function<SqlConnection, Future<Change>> steps) {
        return transaction(connection -> recorded(author, connection, steps), RETRIES);
    }

    private static Author author(AdminCall call) {
        return new Author(call.actor().name(), call.requestId());
    }

    /** The same for what may be sent again: the repeat of a request with its key gets the first one's answer. */
    Future<Reply> create(AdminCall call, Function<SqlConnection, Future<Change>> steps) {
        var key = call.idempotencyKey();
        if (key.isEmpty()) {
            return write(call, steps);
        }
        var remembered = new Remembered(call, key.get());
        return transaction(
                connection -> remembered
                        .find(connection)
                        .compose(found -> found.isPresent()
                                ? Future.succeededFuture(found.get())
                                : recorded(author(call), connection, steps)
                                        .compose(reply -> remembered.keep(connection, reply))),
                RETRIES);
    }

    private static Future<Reply> recorded(
            Author author, SqlConnection connection, Function<SqlConnection, Future<Change>> steps) {
        return steps.apply(connection)
                .compose(change -> connection
                        .preparedQuery(RECORD)
                        .execute(Tuple.of(author.name(), author.requestId(), change.action(), change.entity())
                                .addString(change.entityId())
                                .addJsonObject(
                                        change.elsewhere() == null
                                                ? null
                                                : change.elsewhere().before())
                                .addJsonObject(
                                        change.elsewhere() == null
                                                ? null
                                                : change.elsewhere().after()))
                        .map(change.reply()));
    }

    private Future<Reply> transaction(Function<SqlConnection, Future<Reply>> steps, int retries) {
        return pool.withTransaction(
                        connection -> connection.query(TAKE_TURN).execute().compose(turn -> steps.apply(connection)))
                .timeout(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
                .recover(fault ->
                        retries > 0 && fault instanceof PgException e && WORTH_A_RETRY.contains(e.getSqlState())
                                ? vertx.timer(pause(), TimeUnit.MILLISECONDS)
                                        .compose(waited -> transaction(steps, retries - 1))
                                : Future.failedFuture(fault));
    }

    /** By chance, so that two that met do not meet again. */
    private static long pause() {
        return ThreadLocalRandom.current().nextInt(1, LONGEST_PAUSE_MILLIS);
    }

    Future<Void> close() {
        return pool.close();
    }
}
