package dev.tiergate.api.admin;

import dev.tiergate.api.admin.AdminDatabase.Author;
import dev.tiergate.api.admin.AdminDatabase.Change;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Objects;

/**
 * Which features a store asked to try. The store's own API writes it, as it does {@link FeatureRoles}. May be asked from any
 * event loop.
 */
public final class OptIns {

    private static final String SELECT = """
            SELECT '' AS version, jsonb_build_object('feature_code', f.code, 'is_beta', f.is_beta,
                'opted_in', o.store_id IS NOT NULL, 'opted_in_by', o.opted_in_by, 'opted_in_at', o.opted_in_at) AS doc
            FROM stores s JOIN features f ON f.plan = s.plan
                LEFT JOIN store_feature_opt_ins o ON o.store_id = s.id AND o.feature_code = f.code
            WHERE s.external_id = $1::text AND f.code = $2::text
            """;

    /** Who asked first stays. */
    private static final String ENTER = """
            INSERT INTO store_feature_opt_ins (store_id, feature_code, opted_in_by)
                SELECT id, $2::text, $3::text FROM stores WHERE external_id = $1::text
            ON CONFLICT (store_id, feature_code) DO NOTHING
            """;

    private static final String LEAVE = """
            DELETE FROM store_feature_opt_ins USING stores s
            WHERE store_id = s.id AND s.external_id = $1::text AND feature_code = $2::text
            """;

    private final AdminDatabase database;

    OptIns(AdminDatabase database) {
        this.database = database;
    }

    /**
     * Whose wish it is, and of which feature.
     *
     * @param user as the audit log calls them
     */
    public record Wish(String store, String feature, String user, String requestId) {}

    /**
     * How it stands: {@code feature_code}, {@code is_beta}, {@code opted_in}, {@code opted_in_by}, {@code opted_in_at}. Fails
     * with a {@link RefusedException}: 404 for a feature that the store's plan does not have, 503 without database.
     */
    public Future<JsonObject> find(String store, String feature) {
        return database.query(SELECT, Tuple.of(store, feature))
                .map(rows -> known(rows).object())
                .recover(OptIns::refused);
    }

    /** Fails as {@link #find} does. In force on every node within a second; asked for again, it changes nothing. */
    public Future<JsonObject> enter(Wish wish) {
        return write(wish, "opt_in", ENTER, Tuple.of(wish.store(), wish.feature(), wish.user()));
    }

    public Future<JsonObject> leave(Wish wish) {
        return write(wish, "opt_out", LEAVE, Tuple.of(wish.store(), wish.feature()));
    }

    private Future<JsonObject> write(Wish wish, String action, String statement, Tuple values) {
        return database.write(
                        new Author(wish.user(), wish.requestId()),
                        connection -> one(connection, wish)
                                .compose(before ->
                                        connection.preparedQuery(statement).execute(values))
                                .compose(done -> one(connection, wish))
                                .map(now -> new Change(
                                        action,
                                        "store_feature_opt_ins",
                                        wish.store() + "/" + wish.feature(),
                                        Reply.ok(now.object()))))
                .map(reply -> (JsonObject) Objects.requireNonNull(reply.body()))
                .recover(OptIns::refused);
    }

    private static Future<Document> one(SqlConnection connection, Wish wish) {
        return connection
                .preparedQuery(SELECT)
                .execute(Tuple.of(wish.store(), wish.feature()))
                .map(OptIns::known);
    }

    private static Document known(RowSet<Row> rows) {
        return Document.only(rows).orElseThrow(() -> Problem.notFound("feature").asException());
    }

    private static <T> Future<T> refused(Throwable fault) {
        return RefusedException.of(fault, "The opt-ins of the store");
    }
}
