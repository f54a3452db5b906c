package dev.tiergate.api.admin;

import dev.tiergate.api.admin.AdminDatabase.Change;
import dev.tiergate.routes.GatewayConfig;
import dev.tiergate.routes.Mode;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** How much the gate may do: every source of it, and the one that operators set. */
final class Gating {

    private static final String PATH = "/gating";
    private static final String MODE = "mode";

    private static final Shape CHANGE = Shape.empty().required(MODE, Fields.oneOf("enforce", "shadow", "off"));

    /** Without its row nothing is capped. */
    private static final String SELECT = """
            SELECT md5(coalesce(to_jsonb(g)::text, '')) AS version,
                jsonb_build_object('mode', coalesce(g.mode, 'enforce'), 'updated_at', g.updated_at) AS doc
            FROM (SELECT true AS one) AS always LEFT JOIN gating g USING (one)
            """;

    private static final String UPDATE = """
            INSERT INTO gating (mode) VALUES ($1::text) ON CONFLICT (one) DO UPDATE SET mode = excluded.mode
            """;

    private final AdminDatabase database;
    private final Supplier<GatewayConfig> config;
    private final Mode environment;

    /** @param environment how much the environment allows */
    Gating(AdminDatabase database, Supplier<GatewayConfig> config, Mode environment) {
        this.database = database;
        this.config = config;
        this.environment = environment;
    }

    List<AdminOperation> operations() {
        return List.of(
                AdminOperation.get(PATH, this::get),
                AdminOperation.put(PATH, this::put).needing(Role.ADMIN));
    }

    private Future<Reply> get(AdminCall call) {
        return database.query(SELECT, Tuple.tuple()).map(rows -> reply(only(rows)));
    }

    private Future<Reply> put(AdminCall call) {
        var mode = call.body(CHANGE, JsonObject.class).getString(MODE);
        return database.write(
                call,
                connection -> connection
                        .query(SELECT)
                        .execute()
                        .compose(rows -> {
                            call.requireMatch(only(rows).version());
                            return connection.preparedQuery(UPDATE).execute(Tuple.of(mode));
                        })
                        .compose(done -> connection.query(SELECT).execute())
                        .map(rows -> new Change("set_mode", "gating", "true", reply(only(rows)))));
    }

    private static Document only(RowSet<Row> rows) {
        return Document.only(rows).orElseThrow();
    }

    private Reply reply(Document row) {
        var admin = Mode.valueOf(row.object().getString(MODE).toUpperCase(Locale.ROOT));
        var sources = new GatingSources(config.get(), environment, admin);
        var body = sources.json()
                .put("routes", sources.routes())
                .put("updated_at", row.object().getString("updated_at"));
        return Reply.ok(new Document(body, row.version()));
    }
}
