package dev.tiergate.entitlement;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;

/** Reads each thing in one statement, which PostgreSQL answers as of one moment. */
final class PostgresSource implements EntitlementSource {

    private static final String REVISION = "SELECT revision FROM entitlement_revision";

    /** One row: the revision, and of each table of the catalogue its rows as JSON, under the table's name. */
    static final String CATALOGUE = """
            SELECT (SELECT revision FROM entitlement_revision) AS revision,
                (SELECT jsonb_agg(t) FROM tiers t) AS tiers,
                (SELECT jsonb_agg(t) FROM features t) AS features,
                (SELECT jsonb_agg(t) FROM tier_features t) AS tier_features,
                (SELECT jsonb_agg(t) FROM limits t) AS limits,
                (SELECT jsonb_agg(t) FROM tier_limits t) AS tier_limits,
                (SELECT jsonb_agg(t) FROM model_groups t) AS model_groups,
                (SELECT jsonb_agg(t) FROM tier_model_groups t) AS tier_model_groups,
                (SELECT mode FROM gating) AS gating_mode
            """;

    private static final String STORE = """
            SELECT r.revision, to_jsonb(s) AS store,
                (SELECT jsonb_agg(to_jsonb(o) || jsonb_build_object('limits',
                    (SELECT jsonb_object_agg(l.limit_code, l.limit_value) FROM store_override_limits l
                        WHERE l.store_id = o.store_id AND l.feature_code = o.feature_code)))
                    FROM store_feature_overrides o WHERE o.store_id = s.id) AS overrides,
                (SELECT jsonb_object_agg(k.feature_code, k.roles) FROM feature_roles k WHERE k.store_id = s.id) AS roles,
                (SELECT jsonb_agg(i.feature_code) FROM store_feature_opt_ins i WHERE i.store_id = s.id) AS opt_ins,
                (SELECT jsonb_agg(jsonb_build_object('id', g.id::text, 'limit_code', g.limit_code, 'amount', g.amount,
                        'priority', g.priority, 'expires_at', g.expires_at))
                    FROM live_credit_grants g WHERE g.store_id = s.id) AS grants
            FROM entitlement_revision r LEFT JOIN stores s ON s.external_id = $1
            """;

    private final Pool pool;

    PostgresSource(Pool pool) {
        this.pool = pool;
    }

    @Override
    public Future<Long> revision() {
        return pool.preparedQuery(REVISION).execute().map(rows -> only(rows).getLong("revision"));
    }

    @Override
    public Future<CatalogueRows> catalogue() {
        return pool.preparedQuery(CATALOGUE).execute().map(rows -> {
            var row = only(rows);
            return JsonRows.catalogue(
                    row.getLong("revision"), row.getString("gating_mode"), table -> (JsonArray) row.getValue(table));
        });
    }

    @Override
    public Future<LoadedStore> store(String externalId) {
        return pool.preparedQuery(STORE).execute(Tuple.of(externalId)).map(rows -> {
            var row = only(rows);
            var store = (JsonObject) row.getValue("store");
            return new LoadedStore(
                    row.getLong("revision"),
                    store == null
                            ? null
                            : JsonRows.store(
                                    store,
                                    JsonRows.each((JsonArray) row.getValue("overrides"), JsonRows::override),
                                    JsonRows.each((JsonArray) row.getValue("grants"), JsonRows::grant),
                                    (JsonObject) row.getValue("roles"),
                                    (JsonArray) row.getValue("opt_ins")));
        });
    }

    private static Row only(RowSet<Row> rows) {
        var each = rows.iterator();
        if (!each.hasNext()) {
            throw new IllegalStateException("entitlement_revision is empty");
        }
        return each.next();
    }
}
