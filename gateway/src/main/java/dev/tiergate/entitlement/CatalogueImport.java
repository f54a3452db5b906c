package dev.tiergate.entitlement;

import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes one plan. Rows that already say the same are left alone, and raise no revision. */
final class CatalogueImport {

    private final Connection connection;
    private final CatalogueRows rows;
    private final String plan;

    CatalogueImport(Connection connection, CatalogueRows rows, String plan) {
        this.connection = connection;
        this.rows = rows;
        this.plan = plan;
    }

    /** @param prune whether what is not named here is removed from the plan; a tier that stores have makes it fail */
    void run(boolean prune) throws SQLException {
        groups();
        tiers();
        features();
        assignments();
        limits();
        tierLimits();
        tierGroups();
        if (prune) {
            remove("limits", rows.limits(), CatalogueRows.LimitRow::code);
            remove("features", rows.features(), CatalogueRows.FeatureRow::code);
            remove("tiers", rows.tiers(), CatalogueRows.TierRow::code);
            remove("model_groups", rows.modelGroups(), CatalogueRows.ModelGroup::code);
        }
    }

    private <T> void remove(String table, List<T> named, Function<T, @Nullable String> code) throws SQLException {
        write(
                "DELETE FROM " + table + " WHERE plan = ? AND code <> ALL (?)",
                plan,
                array(named.stream().map(code).toList()));
    }

    private void groups() throws SQLException {
        for (var row : rows.modelGroups()) {
            upsert("model group " + row.code(), """
                    INSERT INTO model_groups AS t (plan, code, name, models) VALUES (?, ?, ?, ?)
                    ON CONFLICT (code) DO UPDATE SET name = EXCLUDED.name, models = EXCLUDED.models
                    WHERE t.plan = EXCLUDED.plan
                    """, row.plan(), row.code(), row.name(), array(row.models()));
        }
    }

    private void tiers() throws SQLException {
        for (var row : rows.tiers()) {
            upsert(
                    "tier " + row.code(),
                    """
                    INSERT INTO tiers AS t (plan, code, name, description, display_order, price_monthly_cents,
                        price_annual_cents, is_active, is_public) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (plan, code) DO UPDATE SET name = EXCLUDED.name, description = EXCLUDED.description,
                        display_order = EXCLUDED.display_order, price_monthly_cents = EXCLUDED.price_monthly_cents,
                        price_annual_cents = EXCLUDED.price_annual_cents, is_active = EXCLUDED.is_active,
                        is_public = EXCLUDED.is_public
                    """,
                    row.plan(),
                    row.code(),
                    row.name(),
                    row.description(),
                    row.order(),
                    row.monthlyCents(),
                    row.annualCents(),
                    row.active(),
                    row.offered());
        }
    }

    /** Without their minimum tier: the assignments make it. */
    private void features() throws SQLException {
        for (var row : rows.features()) {
            upsert(
                    "feature " + row.code(),
                    """
                    INSERT INTO features AS t (plan, code, name, description, category, kind, is_active, is_beta,
                        dependencies, model_group) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (code) DO UPDATE SET name = EXCLUDED.name, description = EXCLUDED.description,
                        category = EXCLUDED.category, kind = EXCLUDED.kind, is_active = EXCLUDED.is_active,
                        is_beta = EXCLUDED.is_beta, dependencies = EXCLUDED.dependencies,
                        model_group = EXCLUDED.model_group
                    WHERE t.plan = EXCLUDED.plan
                    """,
                    row.plan(),
                    row.code(),
                    row.name(),
                    row.description(),
                    row.category(),
                    row.kind(),
                    row.active(),
                    row.beta(),
                    array(row.dependencies()),
                    row.modelGroup());
        }
    }

    private void assignments() throws SQLException {
        for (var row : rows.assignments()) {
            write(
                    "INSERT INTO tier_features VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                    row.plan(),
                    row.tier(),
                    row.feature());
        }
        for (var feature : rows.features()) {
            write(
                    "DELETE FROM tier_features WHERE plan = ? AND feature_code = ? AND tier_code = ANY (?) "
                            + "AND tier_code <> ALL (?)",
                    plan,
                    feature.code(),
                    tierCodes(),
                    array(rows.assignments().stream()
                            .filter(row -> Objects.equals(row.feature(), feature.code()))
                            .map(CatalogueRows.Assignment::tier)
                            .collect(Collectors.toSet())));
        }
    }

    private void limits() throws SQLException {
        for (var row : rows.limits()) {
            upsert(
                    "limit " + row.code(),
                    """
                    INSERT INTO limits AS t (plan, code, feature_code, name, "window", scope) VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT (code) DO UPDATE SET feature_code = EXCLUDED.feature_code, name = EXCLUDED.name,
                        "window" = EXCLUDED."window", scope = EXCLUDED.scope
                    WHERE t.plan = EXCLUDED.plan
                    """,
                    row.plan(),
                    row.code(),
                    row.feature(),
                    row.name(),
                    row.window(),
                    row.scope());
        }
    }

    private void tierLimits() throws SQLException {
        for (var row : rows.tierLimits()) {
            write("""
                    INSERT INTO tier_limits VALUES (?, ?, ?, ?)
                    ON CONFLICT (plan, tier_code, limit_code) DO UPDATE SET limit_value = EXCLUDED.limit_value
                    """, row.plan(), row.tier(), row.limit(), row.value());
        }
        for (var limit : rows.limits()) {
            write(
                    "DELETE FROM tier_limits WHERE plan = ? AND limit_code = ? AND tier_code = ANY (?) "
                            + "AND tier_code <> ALL (?)",
                    plan,
                    limit.code(),
                    tierCodes(),
                    array(rows.tierLimits().stream()
                            .filter(row -> Objects.equals(row.limit(), limit.code()))
                            .map(CatalogueRows.TierLimit::tier)
                            .collect(Collectors.toSet())));
        }
    }

    private void tierGroups() throws SQLException {
        for (var row : rows.tierModelGroups()) {
            write(
                    "INSERT INTO tier_model_groups VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                    row.plan(),
                    row.tier(),
                    row.group());
        }
        for (var tier : rows.tiers()) {
            write(
                    "DELETE FROM tier_model_groups WHERE plan = ? AND tier_code = ? AND group_code = ANY (?) "
                            + "AND group_code <> ALL (?)",
                    plan,
                    tier.code(),
                    array(rows.modelGroups().stream()
                            .map(CatalogueRows.ModelGroup::code)
                            .toList()),
                    array(rows.tierModelGroups().stream()
                            .filter(row -> Objects.equals(row.tier(), tier.code()))
                            .map(CatalogueRows.TierModelGroup::group)
                            .collect(Collectors.toSet())));
        }
    }

    /** A row that is neither written nor updated has its code in another plan. */
    private void upsert(String what, String sql, @Nullable Object... values) throws SQLException {
        if (write(sql, values) == 0) {
            throw new SQLException("The " + what + " is of another plan", "23505");
        }
    }

    private int write(String sql, @Nullable Object... values) throws SQLException {
        return JdbcTransaction.write(connection, sql, values);
    }

    private Array tierCodes() throws SQLException {
        return array(rows.tiers().stream().map(CatalogueRows.TierRow::code).toList());
    }

    private Array array(Collection<? extends @Nullable String> texts) throws SQLException {
        return connection.createArrayOf("text", texts.toArray());
    }
}
