package dev.tiergate.api.admin;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/** A plan at a glance: what its tiers bring, and what its features are. */
final class Subscriptions {

    /** A price that is not set counts as nothing; a year's is a twelfth of it each month. Rounded once, at the end. */
    private static final String STATS = """
            WITH counted AS (
                SELECT t.*, (SELECT count(*) FROM stores s WHERE s.plan = t.plan AND s.tier_code = t.code) AS stores,
                    paying.monthly + paying.annual AS active_stores,
                    paying.monthly * coalesce(t.price_monthly_cents, 0)
                        + paying.annual * coalesce(t.price_annual_cents, 0) / 12.0 AS mrr
                FROM tiers t CROSS JOIN LATERAL (
                    SELECT count(*) FILTER (WHERE billing_interval = 'month') AS monthly,
                        count(*) FILTER (WHERE billing_interval = 'year') AS annual
                    FROM stores s WHERE s.plan = t.plan AND s.tier_code = t.code AND s.status = 'active') AS paying
                WHERE t.plan = $1::text)
            SELECT jsonb_build_object(
                'plan', $1::text,
                'tiers', jsonb_build_object('total', count(*), 'active', count(*) FILTER (WHERE is_active),
                    'public', count(*) FILTER (WHERE is_public)),
                'stores', jsonb_build_object('total', coalesce(sum(stores), 0), 'active', coalesce(sum(active_stores), 0)),
                'estimated_mrr_cents', round(coalesce(sum(mrr), 0))::bigint,
                'stores_per_tier', coalesce(jsonb_agg(jsonb_build_object('tier_code', code, 'tier_name', name,
                    'stores', stores, 'active_stores', active_stores, 'estimated_mrr_cents', round(mrr)::bigint)
                    ORDER BY display_order), '[]')) AS doc
            FROM counted
            """;

    private static final String CATALOG = """
            SELECT jsonb_build_object('plan', $1::text, 'categories', coalesce(jsonb_agg(
                jsonb_build_object('category', category, 'features', features) ORDER BY category), '[]')) AS doc
            FROM (SELECT f.category, jsonb_agg(jsonb_build_object('code', f.code, 'name', f.name,
                    'description', f.description, 'kind', f.kind, 'is_active', f.is_active,
                    'minimum_tier_code', f.minimum_tier_code) ORDER BY f.code) AS features
                FROM features f WHERE f.plan = $1::text GROUP BY f.category) AS grouped
            """;

    private final AdminDatabase database;

    Subscriptions(AdminDatabase database) {
        this.database = database;
    }

    List<AdminOperation> operations() {
        return List.of(
                AdminOperation.get("/subscriptions/stats", call -> only(STATS, call), "plan"),
                AdminOperation.get("/subscriptions/features/catalog", call -> only(CATALOG, call), "plan"));
    }

    private Future<Reply> only(String sql, AdminCall call) {
        return database.query(sql, Tuple.of(call.plan()))
                .map(rows -> Reply.ok((JsonObject) rows.iterator().next().getValue("doc")));
    }
}
