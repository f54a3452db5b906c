package dev.tiergate.api.admin;

import dev.tiergate.api.admin.AdminDatabase.Change;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Features: what there is, from which tier on, and the global switch. Named by code, or by the number of the row. */
final class Features {

    private static final Pattern ID = Pattern.compile("[1-9][0-9]{0,17}|" + Fields.CODE.pattern());

    private static final Shape CHANGE = Shape.empty()
            .required("name", Fields.name())
            .required("description", Fields.text(0))
            .required("category", Fields.code())
            .required("minimum_tier_code", Fields.nullable(Fields.code()))
            .required("dependencies", Fields.list(Fields.code(), ""))
            .required("model_group", Fields.nullable(Fields.code()))
            .optional("is_beta", Fields.flag());

    /** Counts are of what else there is: they are no part of the version. */
    private static final String SELECT = """
            SELECT f.code AS key, md5(to_jsonb(f)::text) AS version, to_jsonb(f) || jsonb_build_object(
                'minimum_tier', (SELECT jsonb_build_object('code', t.code, 'name', t.name, 'order', t.display_order)
                    FROM tiers t WHERE t.plan = f.plan AND t.code = f.minimum_tier_code),
                'limits', (SELECT coalesce(jsonb_agg(jsonb_build_object('limit_type', l.code, 'name', l.name,
                    'window', l."window", 'scope', l.scope) ORDER BY l.code), '[]')
                    FROM limits l WHERE l.feature_code = f.code),
                'counts', jsonb_build_object(
                    'tiers', (SELECT count(*) FROM tier_features a WHERE a.feature_code = f.code),
                    'stores', (SELECT count(*) FROM tier_features a JOIN stores s USING (plan, tier_code)
                        WHERE a.feature_code = f.code),
                    'overrides', (SELECT count(*) FROM store_feature_overrides o WHERE o.feature_code = f.code))) AS doc
            FROM features f
            """;

    private static final String ONE = SELECT + " WHERE f.code = $1::text OR f.id::text = $1::text";

    private static final String LIST = SELECT + """
            WHERE f.plan = $1::text AND ($2::text IS NULL OR f.category = $2::text)
                AND ($3::text IS NULL OR strpos(lower(concat_ws(E'\\n', f.code, f.name, f.description)), lower($3::text)) > 0)
                AND ($4::text IS NULL OR f.code > $4::text)
            ORDER BY f.code LIMIT $5::integer
            """;

    private static final String UPDATE = """
            UPDATE features f SET (name, description, category, minimum_tier_code, dependencies, model_group, is_beta) = (
                SELECT n.name, n.description, n.category, n.minimum_tier_code, n.dependencies, n.model_group, n.is_beta
                FROM jsonb_populate_record(f, $2::jsonb) n)
            WHERE f.code = $1::text
            """;

    private static final String TOGGLE = "UPDATE features SET is_active = NOT is_active WHERE code = $1::text";

    /** What a feature would depend on, in order: whether the plan has it, and whether it leads back to the feature. */
    private static final String DEPENDENCIES = """
            SELECT EXISTS (SELECT FROM features o JOIN features f ON f.plan = o.plan
                    WHERE o.code = d.code AND f.code = $1::text) AS known,
                $1::text IN (
                    WITH RECURSIVE needed (code) AS (
                        SELECT d.code
                        UNION
                        SELECT unnest(o.dependencies) FROM features o JOIN needed n ON o.code = n.code AND o.code <> $1::text)
                    SELECT code FROM needed) AS circular
            FROM unnest($2::text[]) WITH ORDINALITY AS d (code, place) ORDER BY place
            """;

    private final AdminDatabase database;

    Features(AdminDatabase database) {
        this.database = database;
    }

    List<AdminOperation> operations() {
        return List.of(
                AdminOperation.get("/features", this::list, "plan", "category", "search", "limit", "cursor"),
                AdminOperation.get("/features/{id}", this::one),
                AdminOperation.put("/features/{id}", this::change),
                AdminOperation.action("/features/{id}/toggle", this::toggle));
    }

    private Future<Reply> list(AdminCall call) {
        var page = call.page("features");
        var values = Tuple.of(
                call.plan(),
                call.query("category", Fields.CODE, "the code of a category"),
                call.query("search"),
                page.after(),
                page.rows());
        return database.query(LIST, values).map(page::reply);
    }

    private Future<Reply> one(AdminCall call) {
        return database.query(ONE, Tuple.of(id(call)))
                .map(rows -> Document.only(rows).map(Reply::ok).orElseThrow(Features::unknown));
    }

    private Future<Reply> change(AdminCall call) {
        var wanted = call.body(CHANGE, JsonObject.class);
        return database.write(
                call,
                connection -> locked(
                        call,
                        connection,
                        code -> dependencies(connection, code, wanted.getJsonArray("dependencies"))
                                .compose(
                                        good -> connection.preparedQuery(UPDATE).execute(Tuple.of(code, wanted)))
                                .compose(done -> changed(connection, code, "update"))));
    }

    private Future<Reply> toggle(AdminCall call) {
        return database.write(
                call,
                connection -> locked(
                        call,
                        connection,
                        code -> connection
                                .preparedQuery(TOGGLE)
                                .execute(Tuple.of(code))
                                .compose(done -> changed(connection, code, "toggle"))));
    }

    private static Future<Change> locked(
            AdminCall call, SqlConnection connection, Function<String, Future<Change>> change) {
        return connection.preparedQuery(ONE).execute(Tuple.of(id(call))).compose(rows -> {
            var found = Document.only(rows).orElseThrow(Features::unknown);
            call.requireMatch(found.version());
            return change.apply(found.object().getString("code"));
        });
    }

    private static Future<Change> changed(SqlConnection connection, String code, String action) {
        return connection
                .preparedQuery(ONE)
                .execute(Tuple.of(code))
                .map(rows -> new Change(
                        action, "features", code, Reply.ok(Document.only(rows).orElseThrow())));
    }

    private static Future<Void> dependencies(SqlConnection connection, String code, JsonArray wanted) {
        var codes = wanted.stream().map(String::valueOf).toArray(String[]::new);
        return connection
                .preparedQuery(DEPENDENCIES)
                .execute(Tuple.tuple().addString(code).addArrayOfString(codes))
                .map(rows -> {
                    var faults = new ArrayList<Problem.Fault>();
                    var place = 0;
                    for (var row : rows) {
                        var pointer = "/dependencies/" + place++;
                        if (row.getBoolean("circular")) {
                            faults.add(Problem.Fault.at(pointer, "the feature would depend on itself"));
                        } else if (!row.getBoolean("known")) {
                            faults.add(Problem.Fault.at(pointer, "names no feature of the plan"));
                        }
                    }
                    if (!faults.isEmpty()) {
                        throw Problem.unprocessable(faults).asException();
                    }
                    return null;
                });
    }

    private static String id(AdminCall call) {
        return call.path("id", ID, "feature");
    }

    private static Problem.ProblemException unknown() {
        return Problem.notFound("feature").asException();
    }
}
