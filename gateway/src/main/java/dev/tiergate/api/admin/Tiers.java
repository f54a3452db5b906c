package dev.tiergate.api.admin;

import dev.tiergate.api.admin.AdminDatabase.Change;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The tiers of a plan, in their order. */
final class Tiers {

    private static final String PATH = "/subscriptions/tiers";
    private static final long MAX_CENTS = 1_000_000_000_000L;
    private static final Field STRIPE_ID =
            Fields.nullable(Fields.matching(Pattern.compile("[!-~]{1,255}"), "1 to 255 visible characters, or null"));

    private static final Shape NEW = Shape.empty()
            .required("code", Fields.code())
            .required("name", Fields.name())
            .required("display_order", Fields.whole(0, Integer.MAX_VALUE))
            .optional("description", Fields.text(0))
            .optional("price_monthly_cents", Fields.nullable(Fields.whole(0, MAX_CENTS)))
            .optional("price_annual_cents", Fields.nullable(Fields.whole(0, MAX_CENTS)))
            .optional("stripe_product_id", STRIPE_ID)
            .optional("stripe_price_monthly_id", STRIPE_ID)
            .optional("stripe_price_annual_id", STRIPE_ID)
            .optional("is_active", Fields.flag())
            .optional("is_public", Fields.flag());

    /** What is called by its code keeps it: tokens, files and other systems know it. */
    private static final Shape CHANGE = NEW.without("code").partial();

    private static final String SELECT = """
            SELECT t.display_order AS key, md5(to_jsonb(t)::text) AS version, to_jsonb(t) || jsonb_build_object(
                'counts', jsonb_build_object(
                    'stores', (SELECT count(*) FROM stores s WHERE s.plan = t.plan AND s.tier_code = t.code),
                    'features', (SELECT count(*) FROM tier_features a WHERE a.plan = t.plan AND a.tier_code = t.code))) AS doc
            FROM tiers t WHERE t.plan = $1::text
            """;

    private static final String ONE = SELECT + " AND t.code = $2::text";

    private static final String LIST = SELECT
            + " AND ($2::bigint IS NULL OR t.display_order > $2::bigint) ORDER BY t.display_order LIMIT $3::integer";

    private static final String COLUMNS = "name, description, display_order, price_monthly_cents, price_annual_cents, "
            + "stripe_product_id, stripe_price_monthly_id, stripe_price_annual_id, is_active, is_public";

    private static final String INSERT = "INSERT INTO tiers (plan, code, " + COLUMNS + ") SELECT $1::text, code, "
            + COLUMNS + " FROM jsonb_populate_record(NULL::tiers, $2::jsonb)";

    private static final String UPDATE = "UPDATE tiers t SET (" + COLUMNS + ") = (SELECT " + COLUMNS
            + " FROM jsonb_populate_record(t, $3::jsonb)) WHERE plan = $1::text AND code = $2::text";

    private static final String DELETE = "DELETE FROM tiers WHERE plan = $1::text AND code = $2::text";

    private final AdminDatabase database;

    Tiers(AdminDatabase database) {
        this.database = database;
    }

    List<AdminOperation> operations() {
        return List.of(
                AdminOperation.get(PATH, this::list, "plan", "limit", "cursor"),
                AdminOperation.post(PATH, this::create, "plan"),
                AdminOperation.get(PATH + "/{code}", this::one, "plan"),
                AdminOperation.patch(PATH + "/{code}", this::change, "plan"),
                AdminOperation.delete(PATH + "/{code}", this::delete, "plan"));
    }

    private Future<Reply> list(AdminCall call) {
        var page = call.page("tiers");
        return database.query(LIST, Tuple.of(call.plan(), page.afterNumber(), page.rows()))
                .map(page::reply);
    }

    private Future<Reply> one(AdminCall call) {
        return database.query(ONE, Tuple.of(call.plan(), code(call))).map(rows -> Reply.ok(found(rows)));
    }

    private Future<Reply> create(AdminCall call) {
        var plan = call.plan();
        var wanted = new JsonObject()
                .put("description", "")
                .put("is_active", true)
                .put("is_public", true)
                .mergeIn(call.body(NEW, JsonObject.class));
        var code = wanted.getString("code");
        return database.create(
                call,
                connection -> connection
                        .preparedQuery(INSERT)
                        .execute(Tuple.of(plan, wanted))
                        .compose(done -> connection.preparedQuery(ONE).execute(Tuple.of(plan, code)))
                        .map(rows -> change("insert", plan, code, Reply.created(found(rows), location(plan, code)))));
    }

    private Future<Reply> change(AdminCall call) {
        var plan = call.plan();
        var wanted = call.body(CHANGE, JsonObject.class);
        return database.write(
                call,
                connection -> locked(
                        call,
                        connection,
                        now -> connection
                                .preparedQuery(UPDATE)
                                .execute(Tuple.of(plan, code(call), wanted))
                                .compose(done -> connection.preparedQuery(ONE).execute(Tuple.of(plan, code(call))))
                                .map(rows -> change("update", plan, code(call), Reply.ok(found(rows))))));
    }

    private Future<Reply> delete(AdminCall call) {
        return database.write(
                call,
                connection -> locked(call, connection, now -> {
                    var stores = now.object().getJsonObject("counts").getLong("stores");
                    if (stores > 0) {
                        throw Problem.of(409, "in_use", "Stores are on this tier: " + stores + "; move them first")
                                .asException();
                    }
                    return connection
                            .preparedQuery(DELETE)
                            .execute(Tuple.of(call.plan(), code(call)))
                            .map(done -> change("delete", call.plan(), code(call), Reply.NO_CONTENT));
                }));
    }

    private static Future<Change> locked(
            AdminCall call, SqlConnection connection, Function<Document, Future<Change>> change) {
        return connection
                .preparedQuery(ONE)
                .execute(Tuple.of(call.plan(), code(call)))
                .compose(rows -> {
                    var now = found(rows);
                    call.requireMatch(now.version());
                    return change.apply(now);
                });
    }

    private static Change change(String action, String plan, String code, Reply reply) {
        return new Change(action, "tiers", plan + "/" + code, reply);
    }

    private static String location(String plan, String code) {
        return AdminApi.ROOT + PATH + "/" + code + "?plan=" + plan;
    }

    private static String code(AdminCall call) {
        return call.path("code", Fields.CODE, "tier");
    }

    private static Document found(RowSet<Row> rows) {
        return Document.only(rows).orElseThrow(() -> Problem.notFound("tier").asException());
    }
}
