package dev.tiergate.api.admin;

import dev.tiergate.api.admin.AdminDatabase.Change;
import dev.tiergate.plugin.Grant;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Credits that a store is given. A grant is added once, whoever asks twice, and never changed: it ends by time, or is
 * revoked.
 */
final class Grants {

    private static final String PATH = "/stores/{store_id}/grants";
    private static final String ONE_PATH = PATH + "/{reference}";

    private static final long MOST = 1_000_000_000_000L;
    private static final int LAST = 100;

    /** Of a limit, with something left: a charge names each of them. */
    private static final int MOST_LIVE = 100;

    private static final Shape NEW = Shape.empty()
            .required("reference", Fields.externalId())
            .required("limit_type", Fields.code())
            .required("amount", Fields.whole(1, MOST))
            .required("reason", Fields.text(1))
            .optional("priority", Fields.whole(0, LAST))
            .optional("expires_at", Fields.nullable(Fields.instant()));

    /** What is spent is the counter's copy, a few seconds old at most. */
    private static final String SELECT = """
            SELECT g.reference AS key, md5(to_jsonb(g)::text) AS version, jsonb_build_object('store_id', s.external_id,
                'reference', g.reference, 'limit_type', g.limit_code, 'amount', g.amount, 'spent', coalesce(c.value, 0),
                'priority', g.priority, 'reason', g.reason, 'expires_at', g.expires_at, 'revoked_at', g.revoked_at,
                'is_live', g.revoked_at IS NULL AND (g.expires_at IS NULL OR g.expires_at > now()),
                'created_by', g.created_by, 'created_at', g.created_at) AS doc
            FROM stores s JOIN credit_grants g ON g.store_id = s.id
            LEFT JOIN usage_counters c ON c.store = s.external_id AND c.scope = 'grant' AND c.subject = g.id::text
                AND c.limit_code = g.limit_code AND c.window_start = 'epoch'
            WHERE s.external_id = $1::text
            """;

    private static final String LIMIT = """
            SELECT l."window" = 'credits' AND l.scope = 'store' AS fits,
                (SELECT count(*) FROM live_credit_grants g WHERE g.store_id = s.id AND g.limit_code = l.code) AS live
            FROM stores s JOIN limits l ON l.plan = s.plan WHERE s.id = $1::bigint AND l.code = $2::text
            """;

    private static final String INSERT = """
            INSERT INTO credit_grants (store_id, limit_code, reference, amount, priority, reason, expires_at, created_by)
            VALUES ($1::bigint, $2::text, $3::text, $4::bigint, $5::integer, $6::text, ($7::text)::timestamptz, $8::text)
            """;

    private static final String REVOKE = """
            UPDATE credit_grants SET revoked_at = now()
            WHERE store_id = $1::bigint AND reference = $2::text AND revoked_at IS NULL
            """;

    private final AdminDatabase database;
    private final InstantSource clock;
    private final StoreRows grants;

    Grants(AdminDatabase database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
        this.grants = new StoreRows(database, "credit_grants", "grant", PATH, Grants::reference, SELECT, "g.reference");
    }

    List<AdminOperation> operations() {
        return List.of(
                AdminOperation.get(PATH, grants::list, "limit", "cursor"),
                AdminOperation.post(PATH, this::create),
                AdminOperation.get(ONE_PATH, grants::one),
                AdminOperation.delete(ONE_PATH, this::revoke));
    }

    private Future<Reply> create(AdminCall call) {
        var wanted = call.body(NEW, JsonObject.class);
        return database.create(
                call,
                connection -> grants.store(call, connection)
                        .compose(store -> grants.find(call, connection, wanted.getString("reference"))
                                .compose(known -> known.map(there -> Future.succeededFuture(again(call, there, wanted)))
                                        .orElseGet(() -> add(call, connection, store, wanted)))));
    }

    /** It was added before: nothing is added now. */
    private Change again(AdminCall call, Document there, JsonObject wanted) {
        if (!same(there.object(), wanted)) {
            throw Problem.conflict("already_there", "The store has another grant with this reference", "/reference")
                    .asException();
        }
        return grants.change("repeat", call, wanted.getString("reference"), Reply.ok(there));
    }

    private static boolean same(JsonObject there, JsonObject wanted) {
        return there.getString("limit_type").equals(wanted.getString("limit_type"))
                && there.getLong("amount").equals(wanted.getLong("amount"))
                && there.getString("reason").equals(wanted.getString("reason"))
                && there.getInteger("priority").equals(wanted.getInteger("priority", Grant.USUAL_PRIORITY))
                && Objects.equals(end(there).orElse(null), end(wanted).orElse(null));
    }

    private static Optional<Instant> end(JsonObject grant) {
        return Optional.ofNullable(grant.getString("expires_at"))
                .map(end -> OffsetDateTime.parse(end).toInstant());
    }

    private Future<Change> add(AdminCall call, SqlConnection connection, long store, JsonObject wanted) {
        if (end(wanted).filter(end -> !end.isAfter(clock.instant())).isPresent()) {
            throw Problem.invalid(List.of(Problem.Fault.at("/expires_at", "is to be in the future")))
                    .asException();
        }
        return connection
                .preparedQuery(LIMIT)
                .execute(Tuple.of(store, wanted.getString("limit_type")))
                .compose(rows -> {
                    checkLimit(rows);
                    return connection.preparedQuery(INSERT).execute(values(call, store, wanted));
                })
                .compose(added -> grants.added(call, connection, wanted.getString("reference")));
    }

    private static void checkLimit(RowSet<Row> rows) {
        var each = rows.iterator();
        @Nullable Row limit = each.hasNext() ? each.next() : null;
        if (limit == null || !limit.getBoolean("fits")) {
            throw Problem.unprocessable(
                            "/limit_type", "names no limit of the store's plan that counts credits of a store")
                    .asException();
        }
        if (limit.getLong("live") >= MOST_LIVE) {
            throw Problem.conflict(
                            "too_many_grants",
                            "The store has " + MOST_LIVE + " grants of this limit with something left; revoke one",
                            "/limit_type")
                    .asException();
        }
    }

    private static Tuple values(AdminCall call, long store, JsonObject wanted) {
        return Tuple.tuple()
                .addLong(store)
                .addString(wanted.getString("limit_type"))
                .addString(wanted.getString("reference"))
                .addLong(wanted.getLong("amount"))
                .addInteger(wanted.getInteger("priority", Grant.USUAL_PRIORITY))
                .addString(wanted.getString("reason"))
                .addString(wanted.getString("expires_at"))
                .addString(call.actor().name());
    }

    private Future<Reply> revoke(AdminCall call) {
        return database.write(
                call,
                connection -> grants.matching(call, connection)
                        .compose(store -> connection.preparedQuery(REVOKE).execute(Tuple.of(store, reference(call))))
                        .map(done -> grants.ended("revoke", call)));
    }

    private static String reference(AdminCall call) {
        return call.path("reference", Fields.EXTERNAL_ID, "grant");
    }
}
