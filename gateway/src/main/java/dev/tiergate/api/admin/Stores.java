package dev.tiergate.api.admin;

import dev.tiergate.api.admin.AdminDatabase.Change;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Stores, by the id that tokens call them by. */
final class Stores {

    private static final String PATH = "/stores";
    private static final String ONE_PATH = PATH + "/{store_id}";
    private static final Pattern STATUS = Pattern.compile("active|suspended|closed");

    private static final Shape CHANGE = Shape.empty()
            .required("code", Fields.storeCode())
            .required("name", Fields.name())
            .required("tier_code", Fields.code())
            .optional("status", Fields.oneOf("active", "suspended", "closed"))
            .optional("billing_interval", Fields.oneOf("month", "year"))
            .optional("period_anchor", Fields.instant())
            .optional("time_zone", Fields.matching(Pattern.compile(".{1,64}"), "the name of a time zone"));

    private static final Shape NEW = CHANGE.required("external_id", Fields.externalId());

    private static final String SELECT = """
            SELECT s.id AS key, md5(to_jsonb(s)::text) AS version, to_jsonb(s) || jsonb_build_object(
                'tier_name', (SELECT t.name FROM tiers t WHERE t.plan = s.plan AND t.code = s.tier_code),
                'counts', jsonb_build_object('overrides',
                    (SELECT count(*) FROM store_feature_overrides o WHERE o.store_id = s.id))) AS doc
            FROM stores s
            """;

    private static final String ONE = SELECT + " WHERE s.external_id = $1::text";

    private static final String LIST = SELECT + """
            WHERE s.plan = $1::text AND ($2::text IS NULL OR s.tier_code = $2::text)
                AND ($3::text IS NULL OR s.status = $3::text)
                AND ($4::text IS NULL OR strpos(lower(concat_ws(E'\\n', s.code, s.name, s.external_id)), lower($4::text)) > 0)
                AND ($5::bigint IS NULL OR s.id > $5::bigint)
            ORDER BY s.id LIMIT $6::integer
            """;

    private static final String INSERT = """
            INSERT INTO stores (external_id, plan, code, name, tier_code, status, billing_interval, period_anchor, time_zone)
                SELECT $1::text, $2::text, n.code, n.name, n.tier_code, coalesce(n.status, 'active'),
                    coalesce(n.billing_interval, 'month'), coalesce(n.period_anchor, now()), coalesce(n.time_zone, 'UTC')
                FROM jsonb_populate_record(NULL::stores, $3::jsonb) n
            """;

    private static final String UPDATE = """
            UPDATE stores s SET (code, name, tier_code, status, billing_interval, period_anchor, time_zone) = (
                SELECT n.code, n.name, n.tier_code, n.status, n.billing_interval, n.period_anchor, n.time_zone
                FROM jsonb_populate_record(s, $2::jsonb) n)
            WHERE external_id = $1::text
            """;

    private final AdminDatabase database;

    Stores(AdminDatabase database) {
        this.database = database;
    }

    List<AdminOperation> operations() {
        return List.of(
                AdminOperation.get(PATH, this::list, "plan", "search", "tier", "status", "limit", "cursor"),
                AdminOperation.post(PATH, this::create, "plan"),
                AdminOperation.get(ONE_PATH, this::one),
                AdminOperation.put(ONE_PATH, this::put, "plan").unconditional(),
                AdminOperation.patch(ONE_PATH, this::patch));
    }

    private Future<Reply> list(AdminCall call) {
        var page = call.page("stores");
        var values = Tuple.of(
                call.plan(),
                call.query("tier", Fields.CODE, "the code of a tier"),
                call.query("status", STATUS, "active, suspended or closed"),
                call.query("search"),
                page.afterNumber(),
                page.rows());
        return database.query(LIST, values).map(page::reply);
    }

    private Future<Reply> one(AdminCall call) {
        return database.query(ONE, Tuple.of(id(call))).map(rows -> Reply.ok(found(rows)));
    }

    private Future<Reply> create(AdminCall call) {
        var plan = call.plan();
        var wanted = call.body(NEW, JsonObject.class);
        return database.create(call, connection -> insert(connection, plan, wanted.getString("external_id"), wanted));
    }

    /** Creates what is not there yet; what is there is changed by those only who know how it stands. */
    private Future<Reply> put(AdminCall call) {
        var plan = call.plan();
        var wanted = call.body(CHANGE, JsonObject.class);
        return database.write(
                call,
                connection -> connection
                        .preparedQuery(ONE)
                        .execute(Tuple.of(id(call)))
                        .compose(rows -> {
                            var now = Document.only(rows);
                            requireKnown(call, plan, now);
                            return now.isPresent()
                                    ? update(connection, id(call), wanted)
                                    : insert(connection, plan, id(call), wanted);
                        }));
    }

    private static void requireKnown(AdminCall call, String plan, Optional<Document> now) {
        if (now.isEmpty()) {
            if (call.conditional()) {
                throw Problem.of(412, "changed_meanwhile", "There is no such store that If-Match could mean")
                        .asException();
            }
            return;
        }
        if (call.onlyIfAbsent()) {
            throw Problem.of(412, "changed_meanwhile", "The store is there already")
                    .asException();
        }
        if (!call.conditional()) {
            throw Problem.of(
                            428, "if_match_required", "The store is there already; If-Match is to carry its ETag, or *")
                    .asException();
        }
        call.requireMatch(now.get().version());
        if (!now.get().object().getString("plan").equals(plan)) {
            throw Problem.of(
                            409,
                            "already_there",
                            "The store is of the plan " + now.get().object().getString("plan"))
                    .asException();
        }
    }

    private Future<Reply> patch(AdminCall call) {
        var wanted = call.body(CHANGE.partial(), JsonObject.class);
        return database.write(
                call,
                connection -> connection
                        .preparedQuery(ONE)
                        .execute(Tuple.of(id(call)))
                        .compose(rows -> {
                            call.requireMatch(found(rows).version());
                            return update(connection, id(call), wanted);
                        }));
    }

    private static Future<Change> insert(SqlConnection connection, String plan, String id, JsonObject wanted) {
        return connection
                .preparedQuery(INSERT)
                .execute(Tuple.of(id, plan, wanted))
                .compose(done -> connection.preparedQuery(ONE).execute(Tuple.of(id)))
                .map(rows -> new Change(
                        "insert", "stores", id, Reply.created(found(rows), AdminApi.ROOT + PATH + "/" + id)));
    }

    private static Future<Change> update(SqlConnection connection, String id, JsonObject wanted) {
        return connection
                .preparedQuery(UPDATE)
                .execute(Tuple.of(id, wanted))
                .compose(done -> connection.preparedQuery(ONE).execute(Tuple.of(id)))
                .map(rows -> new Change("update", "stores", id, Reply.ok(found(rows))));
    }

    /** The {@code store_id} of a path. */
    static String id(AdminCall call) {
        return call.path("store_id", Fields.EXTERNAL_ID, "store");
    }

    private static Document found(RowSet<Row> rows) {
        return Document.only(rows).orElseThrow(() -> Problem.notFound("store").asException());
    }
}
