package dev.tiergate.api.admin;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a store has otherwise than its tier says: one override a feature. What was before stands in the audit log. */
final class Overrides {

    private static final String PATH = "/features/stores/{store_id}/overrides";
    private static final String ONE_PATH = PATH + "/{feature_code}";

    private static final Shape LIMIT = Shape.empty()
            .required("limit_type", Fields.code())
            .required("limit_value", Fields.whole(-1, Long.MAX_VALUE));

    private static final Shape CHANGE = Shape.empty()
            .required("enabled", Fields.flag())
            .required("reason", Fields.text(1))
            .optional("limits", Fields.list(LIMIT, "limit_type"))
            .optional("expires_at", Fields.nullable(Fields.instant()));

    private static final Shape NEW = CHANGE.required("feature_code", Fields.code());

    private static final String SELECT = """
            SELECT o.feature_code AS key, md5(to_jsonb(o)::text || own.limits::text) AS version,
                to_jsonb(o) || jsonb_build_object('store_id', s.external_id, 'limits', own.limits,
                    'is_live', o.expires_at IS NULL OR o.expires_at > now()) AS doc
            FROM stores s JOIN store_feature_overrides o ON o.store_id = s.id CROSS JOIN LATERAL (
                SELECT coalesce(jsonb_agg(jsonb_build_object('limit_type', l.limit_code, 'limit_value', l.limit_value)
                    ORDER BY l.limit_code), '[]') AS limits
                FROM store_override_limits l WHERE l.store_id = o.store_id AND l.feature_code = o.feature_code) AS own
            WHERE s.external_id = $1::text
            """;

    private static final String LIMITS = "SELECT code FROM limits WHERE feature_code = $1::text";

    private static final String INSERT = """
            INSERT INTO store_feature_overrides (store_id, feature_code, enabled, reason, expires_at, created_by)
            VALUES ($1::bigint, $2::text, $3::boolean, $4::text, ($5::text)::timestamptz, $6::text)
            """;

    private static final String UPDATE = """
            UPDATE store_feature_overrides SET enabled = $3::boolean, reason = $4::text, expires_at = ($5::text)::timestamptz
            WHERE store_id = $1::bigint AND feature_code = $2::text
            """;

    private static final String DELETE =
            "DELETE FROM store_feature_overrides WHERE store_id = $1::bigint AND feature_code = $2::text";

    private static final String REMOVE_LIMITS = """
            DELETE FROM store_override_limits WHERE store_id = $1::bigint AND feature_code = $2::text
                AND limit_code <> ALL (SELECT given ->> 'limit_type' FROM jsonb_array_elements($3::jsonb) AS given)
            """;

    private static final String SET_LIMITS = """
            INSERT INTO store_override_limits AS v (store_id, feature_code, limit_code, limit_value)
                SELECT $1::bigint, $2::text, given ->> 'limit_type', (given ->> 'limit_value')::bigint
                FROM jsonb_array_elements($3::jsonb) AS given
            ON CONFLICT (store_id, limit_code) DO UPDATE SET limit_value = excluded.limit_value
                WHERE v.limit_value <> excluded.limit_value
            """;

    private final AdminDatabase database;
    private final InstantSource clock;
    private final StoreRows overrides;

    Overrides(AdminDatabase database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
        this.overrides = new StoreRows(
                database, "store_feature_overrides", "override", PATH, Overrides::feature, SELECT, "o.feature_code");
    }

    List<AdminOperation> operations() {
        return List.of(
                AdminOperation.get(PATH, overrides::list, "limit", "cursor"),
                AdminOperation.post(PATH, this::create),
                AdminOperation.get(ONE_PATH, overrides::one),
                AdminOperation.put(ONE_PATH, this::change),
                AdminOperation.delete(ONE_PATH, this::delete));
    }

    private Future<Reply> create(AdminCall call) {
        var wanted = checked(call, NEW);
        var feature = wanted.getString("feature_code");
        return database.create(
                call,
                connection -> overrides
                        .store(call, connection)
                        .compose(store -> makeRoom(call, connection, store, feature)
                                .compose(room -> checkLimits(connection, feature, wanted))
                                .compose(good -> connection
                                        .preparedQuery(INSERT)
                                        .execute(values(store, feature, wanted)
                                                .addString(call.actor().name())))
                                .compose(done -> setLimits(connection, store, feature, wanted)))
                        .compose(set -> overrides.added(call, connection, feature)));
    }

    /** One that has expired is no obstacle; it goes, and the audit log keeps it. */
    private Future<Void> makeRoom(AdminCall call, SqlConnection connection, long store, String feature) {
        return overrides.find(call, connection, feature).compose(there -> {
            if (there.isEmpty()) {
                return Future.succeededFuture();
            }
            if (there.get().object().getBoolean("is_live")) {
                throw Problem.conflict(
                                "already_there",
                                "The store has an override of this feature; change it",
                                "/feature_code")
                        .asException();
            }
            return connection
                    .preparedQuery(DELETE)
                    .execute(Tuple.of(store, feature))
                    .mapEmpty();
        });
    }

    private Future<Reply> change(AdminCall call) {
        var wanted = checked(call, CHANGE);
        var feature = feature(call);
        return database.write(
                call,
                connection -> overrides
                        .matching(call, connection)
                        .compose(store -> checkLimits(connection, feature, wanted)
                                .compose(good ->
                                        connection.preparedQuery(UPDATE).execute(values(store, feature, wanted)))
                                .compose(done -> setLimits(connection, store, feature, wanted)))
                        .compose(set -> overrides.updated(call, connection)));
    }

    private Future<Reply> delete(AdminCall call) {
        return database.write(
                call,
                connection -> overrides
                        .matching(call, connection)
                        .compose(store -> connection.preparedQuery(DELETE).execute(Tuple.of(store, feature(call))))
                        .map(done -> overrides.ended("delete", call)));
    }

    private JsonObject checked(AdminCall call, Shape shape) {
        var wanted = call.body(shape, JsonObject.class);
        var end = wanted.getString("expires_at");
        Instant now = clock.instant();
        if (end != null && !OffsetDateTime.parse(end).toInstant().isAfter(now)) {
            throw Problem.invalid(List.of(Problem.Fault.at("/expires_at", "is to be in the future")))
                    .asException();
        }
        return wanted;
    }

    private static Future<Void> checkLimits(SqlConnection connection, String feature, JsonObject wanted) {
        return connection.preparedQuery(LIMITS).execute(Tuple.of(feature)).map(rows -> {
            var known = new java.util.TreeSet<String>();
            rows.forEach(row -> known.add(row.getString("code")));
            var faults = faults(known, wanted.getJsonArray("limits", new JsonArray()));
            if (!faults.isEmpty()) {
                throw Problem.unprocessable(faults).asException();
            }
            return null;
        });
    }

    private static List<Problem.Fault> faults(Set<String> known, JsonArray given) {
        var faults = new ArrayList<Problem.Fault>();
        for (int i = 0; i < given.size(); i++) {
            if (!known.contains(given.getJsonObject(i).getString("limit_type"))) {
                faults.add(Problem.Fault.at("/limits/" + i + "/limit_type", "names no limit of this feature"));
            }
        }
        return faults;
    }

    private static Tuple values(long store, String feature, JsonObject wanted) {
        return Tuple.tuple()
                .addLong(store)
                .addString(feature)
                .addBoolean(wanted.getBoolean("enabled"))
                .addString(wanted.getString("reason"))
                .addString(wanted.getString("expires_at"));
    }

    private static Future<Void> setLimits(SqlConnection connection, long store, String feature, JsonObject wanted) {
        var values = Tuple.of(store, feature, wanted.getJsonArray("limits", new JsonArray()));
        return connection
                .preparedQuery(REMOVE_LIMITS)
                .execute(values)
                .compose(removed -> connection.preparedQuery(SET_LIMITS).execute(values))
                .mapEmpty();
    }

    private static String feature(AdminCall call) {
        return call.path("feature_code", Fields.CODE, "override");
    }
}
