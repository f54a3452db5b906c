package dev.tiergate.api.admin;

import dev.tiergate.api.admin.AdminDatabase.Change;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a tier holds, and how much of it: a list of features with their limits, read and replaced whole. An entry whose
 * feature is null has the limits of the store itself; a list without one leaves those as they are.
 */
final class TierFeatures {

    private static final String PATH = "/subscriptions/features/tiers/{code}/limits";

    private static final Shape LIMIT = Shape.empty()
            .required("limit_type", Fields.code())
            .required("limit_value", Fields.whole(-1, Long.MAX_VALUE));

    private static final Field ASSIGNMENT = Fields.list(
            Shape.empty()
                    .required("feature_code", Fields.nullable(Fields.code()))
                    .optional("limits", Fields.list(LIMIT, "limit_type")),
            "feature_code");

    private static final String ONE = """
            SELECT md5(doc::text) AS version, doc FROM (
                SELECT coalesce(jsonb_agg(jsonb_build_object('feature_code', feature_code, 'limits', limits)
                    ORDER BY feature_code NULLS FIRST), '[]') AS doc
                FROM (
                    SELECT held.feature_code, (
                        SELECT coalesce(jsonb_agg(jsonb_build_object('limit_type', v.limit_code, 'limit_value', v.limit_value)
                            ORDER BY v.limit_code), '[]')
                        FROM tier_limits v JOIN limits l ON l.code = v.limit_code
                        WHERE v.plan = $1::text AND v.tier_code = $2::text
                            AND l.feature_code IS NOT DISTINCT FROM held.feature_code) AS limits
                    FROM (
                        SELECT feature_code FROM tier_features WHERE plan = $1::text AND tier_code = $2::text
                        UNION ALL SELECT NULL) AS held) AS entries
                WHERE feature_code IS NOT NULL OR limits <> '[]') AS whole
            WHERE EXISTS (SELECT FROM tiers WHERE plan = $1::text AND code = $2::text)
            """;

    private static final String KNOWN = """
            SELECT (SELECT jsonb_object_agg(code, true) FROM features WHERE plan = $1::text) AS features,
                (SELECT jsonb_object_agg(code, feature_code) FROM limits WHERE plan = $1::text) AS limits
            """;

    private static final String REMOVE_FEATURES = """
            DELETE FROM tier_features WHERE plan = $1::text AND tier_code = $2::text
                AND feature_code <> ALL (SELECT entry ->> 'feature_code' FROM jsonb_array_elements($3::jsonb) AS entry
                    WHERE entry ->> 'feature_code' IS NOT NULL)
            """;

    private static final String ADD_FEATURES = """
            INSERT INTO tier_features (plan, tier_code, feature_code)
                SELECT $1::text, $2::text, entry ->> 'feature_code' FROM jsonb_array_elements($3::jsonb) AS entry
                WHERE entry ->> 'feature_code' IS NOT NULL
            ON CONFLICT DO NOTHING
            """;

    private static final String REMOVE_LIMITS = """
            DELETE FROM tier_limits v USING limits l
            WHERE v.plan = $1::text AND v.tier_code = $2::text AND l.code = v.limit_code
                AND (l.feature_code IS NOT NULL
                    OR EXISTS (SELECT FROM jsonb_array_elements($3::jsonb) AS entry WHERE entry ->> 'feature_code' IS NULL))
                AND v.limit_code <> ALL (SELECT given ->> 'limit_type' FROM jsonb_array_elements($3::jsonb) AS entry,
                    jsonb_array_elements(coalesce(entry -> 'limits', '[]')) AS given)
            """;

    private static final String SET_LIMITS = """
            INSERT INTO tier_limits AS v (plan, tier_code, limit_code, limit_value)
                SELECT $1::text, $2::text, given ->> 'limit_type', (given ->> 'limit_value')::bigint
                FROM jsonb_array_elements($3::jsonb) AS entry, jsonb_array_elements(coalesce(entry -> 'limits', '[]')) AS given
            ON CONFLICT (plan, tier_code, limit_code) DO UPDATE SET limit_value = excluded.limit_value
                WHERE v.limit_value <> excluded.limit_value
            """;

    private final AdminDatabase database;

    TierFeatures(AdminDatabase database) {
        this.database = database;
    }

    List<AdminOperation> operations() {
        return List.of(AdminOperation.get(PATH, this::one, "plan"), AdminOperation.put(PATH, this::replace, "plan"));
    }

    private Future<Reply> one(AdminCall call) {
        return database.query(ONE, Tuple.of(call.plan(), code(call))).map(rows -> Reply.ok(found(rows)));
    }

    private Future<Reply> replace(AdminCall call) {
        var plan = call.plan();
        var code = code(call);
        var wanted = call.body(ASSIGNMENT, JsonArray.class);
        return database.write(
                call,
                connection -> connection
                        .preparedQuery(ONE)
                        .execute(Tuple.of(plan, code))
                        .compose(rows -> {
                            call.requireMatch(found(rows).version());
                            return check(connection, plan, wanted);
                        })
                        .compose(good -> set(connection, plan, code, wanted))
                        .compose(set -> connection.preparedQuery(ONE).execute(Tuple.of(plan, code)))
                        .map(rows -> new Change("assign", "tiers", plan + "/" + code, Reply.ok(found(rows)))));
    }

    /** The triggers of tier_features keep the minimum tiers, and the limits of what goes, in step. */
    private static Future<Void> set(SqlConnection connection, String plan, String code, JsonArray wanted) {
        Future<?> steps = Future.succeededFuture();
        for (var sql : List.of(REMOVE_FEATURES, ADD_FEATURES, REMOVE_LIMITS, SET_LIMITS)) {
            steps = steps.compose(done -> connection.preparedQuery(sql).execute(Tuple.of(plan, code, wanted)));
        }
        return steps.mapEmpty();
    }

    private static Future<Void> check(SqlConnection connection, String plan, JsonArray wanted) {
        return connection.preparedQuery(KNOWN).execute(Tuple.of(plan)).map(rows -> {
            var row = rows.iterator().next();
            var faults = new ArrayList<Problem.Fault>();
            for (int i = 0; i < wanted.size(); i++) {
                check(wanted.getJsonObject(i), "/" + i, codes(row, "features"), codes(row, "limits"), faults);
            }
            if (!faults.isEmpty()) {
                throw Problem.unprocessable(faults).asException();
            }
            return null;
        });
    }

    private static JsonObject codes(Row row, String column) {
        return Optional.ofNullable((JsonObject) row.getValue(column)).orElseGet(JsonObject::new);
    }

    private static void check(
            JsonObject entry, String pointer, JsonObject features, JsonObject limits, List<Problem.Fault> faults) {
        var feature = entry.getString("feature_code");
        if (feature != null && !features.containsKey(feature)) {
            faults.add(Problem.Fault.at(pointer + "/feature_code", "names no feature of the plan"));
            return;
        }
        var given = entry.getJsonArray("limits", new JsonArray());
        for (int i = 0; i < given.size(); i++) {
            var limit = given.getJsonObject(i).getString("limit_type");
            if (!limits.containsKey(limit)
                    || !String.valueOf(feature).equals(String.valueOf(limits.getString(limit)))) {
                faults.add(Problem.Fault.at(
                        pointer + "/limits/" + i + "/limit_type",
                        feature == null ? "names no limit of the store itself" : "names no limit of this feature"));
            }
        }
    }

    private static String code(AdminCall call) {
        return call.path("code", Fields.CODE, "tier");
    }

    private static Document found(RowSet<Row> rows) {
        return Document.only(rows).orElseThrow(() -> Problem.notFound("tier").asException());
    }
}
