package dev.tiergate.api.admin;

import dev.tiergate.api.admin.AdminDatabase.Author;
import dev.tiergate.api.admin.AdminDatabase.Change;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Which roles of its people a store keeps a feature for. The store's own API writes it; it is here because nobody but the
 * admin's role may write to the catalogue. May be asked from any event loop.
 */
public final class FeatureRoles {

    private static final Shape CHANGE = Shape.empty()
            .required(
                    "roles",
                    Fields.list(
                            Fields.matching(Pattern.compile("[^\\p{Cntrl}]{1,128}"), "a role of 1 to 128 characters"),
                            ""));

    private static final int MOST = 50;

    private static final String SELECT = """
            SELECT md5(coalesce(r.roles::text, '')) AS version,
                jsonb_build_object('roles', coalesce(to_jsonb(r.roles), '[]')) AS doc
            FROM stores s JOIN features f ON f.plan = s.plan
                LEFT JOIN feature_roles r ON r.store_id = s.id AND r.feature_code = f.code
            WHERE s.external_id = $1::text AND f.code = $2::text
            """;

    private static final String KEEP = """
            INSERT INTO feature_roles (store_id, feature_code, roles)
                SELECT id, $2::text, $3::text[] FROM stores WHERE external_id = $1::text
            ON CONFLICT (store_id, feature_code) DO UPDATE SET roles = excluded.roles
            """;

    private static final String OPEN = """
            DELETE FROM feature_roles USING stores s
            WHERE store_id = s.id AND s.external_id = $1::text AND feature_code = $2::text
            """;

    private final AdminDatabase database;

    FeatureRoles(AdminDatabase database) {
        this.database = database;
    }

    /**
     * @param roles sorted; empty where the feature is for everybody of the store
     * @param tag an entity tag, quoted
     */
    public record Kept(List<String> roles, String tag) {}

    /**
     * Whose write it is, and of what.
     *
     * @param user as the audit log calls them
     * @param matches says whether an entity tag is the one that the caller saw
     */
    public record Wish(String store, String feature, String user, String requestId, Predicate<String> matches) {}

    /** Fails with a {@link RefusedException}: 404 for a feature that the store's plan does not have, 503 without database. */
    public Future<Kept> find(String store, String feature) {
        return database.query(SELECT, Tuple.of(store, feature))
                .map(rows -> kept(Document.only(rows).orElseThrow(FeatureRoles::unknown)))
                .recover(FeatureRoles::refused);
    }

    /** The roles that a body names, 1 to 50; reads it. Fails with a {@link RefusedException}: 400, 408, 413. */
    public Future<List<String>> wanted(HttpServerRequest request) {
        return RequestBody.read(request).map(FeatureRoles::roles).recover(FeatureRoles::refused);
    }

    private static List<String> roles(Buffer body) {
        var named = AdminCall.read(body, CHANGE, JsonObject.class).getJsonArray("roles");
        if (named.isEmpty() || named.size() > MOST) {
            throw Problem.invalid(List.of(Problem.Fault.at("/roles", "is to be a list of 1 to " + MOST)))
                    .asException();
        }
        return texts(named);
    }

    /** Fails as {@link #find} does, and with 412 where the tag is another one. In force on every node within a second. */
    public Future<Kept> keep(Wish wish, List<String> roles) {
        return write(
                wish,
                "keep",
                connection -> connection
                        .preparedQuery(KEEP)
                        .execute(Tuple.of(wish.store(), wish.feature()).addArrayOfString(roles.toArray(String[]::new)))
                        .mapEmpty());
    }

    /** For everybody again. */
    public Future<Kept> open(Wish wish) {
        return write(
                wish,
                "open",
                connection -> connection
                        .preparedQuery(OPEN)
                        .execute(Tuple.of(wish.store(), wish.feature()))
                        .mapEmpty());
    }

    private Future<Kept> write(Wish wish, String action, Function<SqlConnection, Future<Void>> statement) {
        return database.write(
                        new Author(wish.user(), wish.requestId()),
                        connection -> one(connection, wish)
                                .compose(now -> {
                                    requireMatch(wish, now);
                                    return statement.apply(connection);
                                })
                                .compose(done -> one(connection, wish))
                                .map(now -> new Change(
                                        action, "feature_roles", wish.store() + "/" + wish.feature(), Reply.ok(now))))
                .map(reply -> new Kept(
                        texts(((JsonObject) Objects.requireNonNull(reply.body())).getJsonArray("roles")),
                        Objects.requireNonNull(reply.etag())))
                .recover(FeatureRoles::refused);
    }

    private static Future<Document> one(SqlConnection connection, Wish wish) {
        return connection
                .preparedQuery(SELECT)
                .execute(Tuple.of(wish.store(), wish.feature()))
                .map(rows -> Document.only(rows).orElseThrow(FeatureRoles::unknown));
    }

    private static void requireMatch(Wish wish, Document now) {
        if (!wish.matches().test('"' + now.version() + '"')) {
            throw Problem.of(412, "changed_meanwhile", "It was changed since you read it; read it again")
                    .asException();
        }
    }

    private static Kept kept(Document document) {
        return new Kept(texts(document.object().getJsonArray("roles")), '"' + document.version() + '"');
    }

    private static List<String> texts(JsonArray array) {
        return array.stream().map(String::valueOf).sorted().toList();
    }

    private static RuntimeException unknown() {
        return Problem.notFound("feature").asException();
    }

    private static <T> Future<T> refused(Throwable fault) {
        return RefusedException.of(fault, "The roles of a feature");
    }
}
