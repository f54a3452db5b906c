package dev.tiergate.entitlement;

import dev.tiergate.entitlement.CatalogueChange.Action;
import dev.tiergate.entitlement.CatalogueComparison.Found;
import io.vertx.core.json.JsonArray;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The catalogue in a database, for commands: written to files, compared with one, made to say what one says. Blocks: not for
 * an event loop. Each method fails with {@link Migrations.UnreachableException} where PostgreSQL cannot be reached.
 */
public final class CatalogueDatabase {

    private static final String STORES = """
            SELECT count(*) FROM stores s WHERE s.plan = ? AND (s.tier_code = ANY (?) OR EXISTS (
                SELECT FROM store_feature_overrides o WHERE o.store_id = s.id AND o.feature_code = ?))
            """;

    private final String databaseUrl;

    /** @param databaseUrl {@code postgresql://…}, of a role that may do what is asked; the schema has to be there */
    public CatalogueDatabase(String databaseUrl) {
        this.databaseUrl = databaseUrl;
    }

    /**
     * The catalogue files of the plans, by plan.
     *
     * @param asked empty for all that are there; one that is not there is left out
     */
    public Map<String, String> export(Set<String> asked) throws SQLException {
        return JdbcTransaction.run(databaseUrl, Connection.TRANSACTION_READ_COMMITTED, connection -> {
            var stored = read(connection);
            var files = new LinkedHashMap<String, String>();
            for (var plan : stored.plans()) {
                if (asked.isEmpty() || asked.contains(plan)) {
                    files.put(plan, CatalogueYaml.write(plan, stored.ofPlan(plan)));
                }
            }
            return files;
        });
    }

    /** What an import would change. */
    public CataloguePreview preview(CatalogueFile file, boolean prune) throws SQLException {
        return JdbcTransaction.run(
                databaseUrl,
                Connection.TRANSACTION_REPEATABLE_READ,
                connection -> preview(connection, file.rows(), file.plan(), prune));
    }

    /**
     * Makes the database say what the file says, in one transaction. Rows that say it already are left alone.
     *
     * @param prune whether what the file does not name is removed from its plan
     * @return what was changed; nothing was where there is an {@linkplain CataloguePreview#obstacle() obstacle}
     */
    public CataloguePreview take(CatalogueFile file, boolean prune) throws SQLException {
        // At this level the transaction fails, and begins anew, where another one changes what the preview has seen.
        return JdbcTransaction.run(databaseUrl, Connection.TRANSACTION_REPEATABLE_READ, connection -> {
            var preview = preview(connection, file.rows(), file.plan(), prune);
            if (preview.nothingToChange() || preview.obstacle().isPresent()) {
                return preview;
            }
            JdbcTransaction.actor(connection, "catalog import");
            new CatalogueImport(connection, file.rows(), file.plan()).run(prune);
            try (var statement = connection.createStatement()) {
                // what a trigger finds wrong is found now, and the revision is this transaction's
                statement.execute("SET CONSTRAINTS ALL IMMEDIATE");
            }
            long revision = JdbcTransaction.number(connection, "SELECT revision FROM entitlement_revision");
            return new CataloguePreview(preview.plan(), preview.changes(), preview.kept(), revision);
        });
    }

    private static CataloguePreview preview(Connection connection, CatalogueRows wanted, String plan, boolean prune)
            throws SQLException {
        var all = read(connection);
        var stored = all.ofPlan(plan);
        var named = stored.onlyNamedIn(wanted);
        var changes = new ArrayList<CatalogueChange>();
        for (var found : CatalogueComparison.between(prune ? stored : named, wanted)) {
            changes.add(change(connection, plan, found));
        }
        var kept = prune
                ? List.<String>of()
                : CatalogueComparison.between(stored, named).stream()
                        .filter(found -> found.action() == Action.REMOVED)
                        .map(found -> CatalogueChange.what(found.entry()))
                        .toList();
        return new CataloguePreview(plan, changes, kept, all.revision());
    }

    private static CatalogueChange change(Connection connection, String plan, Found found) throws SQLException {
        var tiers = connection.createArrayOf("text", found.tiers().toArray());
        long stores = JdbcTransaction.number(connection, STORES, plan, tiers, found.feature());
        return new CatalogueChange(found.action(), CatalogueChange.what(found.entry()), found.differences(), stores);
    }

    private static CatalogueRows read(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(PostgresSource.CATALOGUE)) {
            if (!row.next()) {
                throw new SQLException("entitlement_revision is empty", "02000");
            }
            Map<String, @Nullable JsonArray> tables = new LinkedHashMap<String, @Nullable JsonArray>();
            for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                var name = row.getMetaData().getColumnName(i);
                var json = row.getString(i);
                tables.put(name, json == null || !json.startsWith("[") ? null : new JsonArray(json));
            }
            return JsonRows.catalogue(row.getLong("revision"), row.getString("gating_mode"), tables::get);
        }
    }
}
