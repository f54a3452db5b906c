package dev.tiergate.api.admin;

import dev.tiergate.api.admin.AdminDatabase.Change;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;
import java.util.function.Function;

/** What stores have many of, each under a key that is its own in its store: how it is looked at, checked and answered. */
final class StoreRows {

    private static final String STORE = "SELECT id FROM stores WHERE external_id = $1::text";

    private final AdminDatabase database;
    private final String table;
    private final String noun;
    private final String path;
    private final Function<AdminCall, String> key;
    private final String one;
    private final String all;

    /**
     * @param noun what a row is called
     * @param path of all rows of the store {@code {store_id}}
     * @param key that of the path of one
     * @param select {@code key}, {@code version} and {@code doc} of the rows of the store with the external id $1
     * @param column by which the select knows the key
     */
    StoreRows(
            AdminDatabase database,
            String table,
            String noun,
            String path,
            Function<AdminCall, String> key,
            String select,
            String column) {
        this.database = database;
        this.table = table;
        this.noun = noun;
        this.path = path;
        this.key = key;
        this.one = "%s AND %s = $2::text".formatted(select, column);
        this.all = "%1$s AND ($2::text IS NULL OR %2$s > $2::text) ORDER BY %2$s LIMIT $3::integer"
                .formatted(select, column);
    }

    Future<Reply> list(AdminCall call) {
        var page = call.page(noun + "s");
        return database.query(STORE, Tuple.of(Stores.id(call)))
                .map(StoreRows::number)
                .compose(store -> database.query(all, Tuple.of(Stores.id(call), page.after(), page.rows())))
                .map(page::reply);
    }

    Future<Reply> one(AdminCall call) {
        return database.query(one, Tuple.of(Stores.id(call), key.apply(call))).map(rows -> Reply.ok(found(rows)));
    }

    /** The number of the store that the path names. */
    Future<Long> store(AdminCall call, SqlConnection connection) {
        return connection
                .preparedQuery(STORE)
                .execute(Tuple.of(Stores.id(call)))
                .map(StoreRows::number);
    }

    /** The same, once If-Match has named the row that the path names as it is. */
    Future<Long> matching(AdminCall call, SqlConnection connection) {
        return read(call, connection, key.apply(call)).compose(rows -> {
            call.requireMatch(found(rows).version());
            return store(call, connection);
        });
    }

    Future<Optional<Document>> find(AdminCall call, SqlConnection connection, String name) {
        return read(call, connection, name).map(Document::only);
    }

    /** What was added under this key, as it is now. */
    Future<Change> added(AdminCall call, SqlConnection connection, String name) {
        var location = AdminApi.ROOT + path.replace("{store_id}", Stores.id(call)) + "/" + name;
        return read(call, connection, name)
                .map(rows -> change("insert", call, name, Reply.created(found(rows), location)));
    }

    /** What was changed, as it is now. */
    Future<Change> updated(AdminCall call, SqlConnection connection) {
        var name = key.apply(call);
        return read(call, connection, name).map(rows -> change("update", call, name, Reply.ok(found(rows))));
    }

    /** @param action as the audit log calls it */
    Change ended(String action, AdminCall call) {
        return change(action, call, key.apply(call), Reply.NO_CONTENT);
    }

    Change change(String action, AdminCall call, String name, Reply reply) {
        return new Change(action, table, Stores.id(call) + "/" + name, reply);
    }

    private Future<RowSet<Row>> read(AdminCall call, SqlConnection connection, String name) {
        return connection.preparedQuery(one).execute(Tuple.of(Stores.id(call), name));
    }

    private static long number(RowSet<Row> rows) {
        var each = rows.iterator();
        if (!each.hasNext()) {
            throw Problem.notFound("store").asException();
        }
        return each.next().getLong("id");
    }

    private Document found(RowSet<Row> rows) {
        return Document.only(rows).orElseThrow(() -> Problem.notFound(noun).asException());
    }
}
