package dev.tiergate.entitlement;

import dev.tiergate.entitlement.StoresFile.InvalidStoresException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes stores say what a file of them says, all in one transaction or none. What changes a store's tier is in force at once.
 * Blocks: not for an event loop.
 */
public final class StoresImport {

    /** Rows of one statement: few round trips, and little memory. */
    private static final int BATCH = 5_000;

    private static final Map<StoreColumn, String> FOR_NEW = Map.of(
            StoreColumn.PLAN, "orion",
            StoreColumn.STATUS, "active",
            StoreColumn.BILLING_INTERVAL, "month",
            StoreColumn.TIME_ZONE, "UTC");

    private static final String STORED = """
            SELECT external_id, code, name, plan, tier_code AS tier, status, billing_interval, period_anchor, time_zone,
                EXISTS (SELECT FROM store_feature_overrides o WHERE o.store_id = s.id)
                    OR EXISTS (SELECT FROM feature_roles r WHERE r.store_id = s.id) AS overridden
            FROM stores s WHERE external_id = ANY (?) ORDER BY external_id FOR UPDATE
            """;

    private static final String WRITE = """
            INSERT INTO stores AS s (external_id, code, name, plan, tier_code, status, billing_interval, period_anchor, time_zone)
            SELECT external_id, code, name, plan, tier, status, billing_interval,
                coalesce(period_anchor::timestamptz, now()), time_zone
            FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
                AS g (external_id, code, name, plan, tier, status, billing_interval, period_anchor, time_zone)
            ON CONFLICT (external_id) DO UPDATE SET code = EXCLUDED.code, name = EXCLUDED.name, plan = EXCLUDED.plan,
                tier_code = EXCLUDED.tier_code, status = EXCLUDED.status, billing_interval = EXCLUDED.billing_interval,
                period_anchor = EXCLUDED.period_anchor, time_zone = EXCLUDED.time_zone
            """;

    private final Connection connection;
    private final StoresFile file;
    private final StoreProblems problems;
    private final List<Map<StoreColumn, @Nullable String>> toWrite = new ArrayList<>();
    private int added;
    private int changed;

    private StoresImport(Connection connection, StoresFile file) {
        this.connection = connection;
        this.file = file;
        this.problems = new StoreProblems(file.name());
    }

    /** What became, or would become, of the file's stores. */
    public record Result(int added, int changed, int unchanged) {}

    /**
     * @param databaseUrl {@code postgresql://…}, of a role that may change stores
     * @param dryRun to write nothing
     * @param progress told how many lines are done, now and then
     * @throws InvalidStoresException with every problem; nothing was written
     * @throws Migrations.UnreachableException where PostgreSQL cannot be reached
     */
    public static Result run(String databaseUrl, StoresFile file, boolean dryRun, IntConsumer progress)
            throws SQLException, InvalidStoresException {
        var problems = new ArrayList<StoreProblems>();
        var result = JdbcTransaction.run(databaseUrl, Connection.TRANSACTION_READ_COMMITTED, connection -> {
            problems.clear();
            var run = new StoresImport(connection, file);
            problems.add(run.problems);
            run.compare();
            if (!dryRun && !run.problems.any()) {
                run.write(progress);
            }
            return run.result();
        });
        problems.get(0).throwIfAny();
        return result;
    }

    private Result result() {
        return new Result(added, changed, file.lines().size() - added - changed);
    }

    private void compare() throws SQLException {
        var tiers = tiers();
        for (int from = 0; from < file.lines().size(); from += BATCH) {
            var batch = file.lines()
                    .subList(from, Math.min(from + BATCH, file.lines().size()));
            var stored = stored(batch);
            for (var line : batch) {
                compare(line, stored.get(id(line)), tiers);
            }
        }
        codesOfOthers();
    }

    private static String id(StoreLine line) {
        return Objects.requireNonNull(line.get(StoreColumn.EXTERNAL_ID));
    }

    private void compare(StoreLine line, @Nullable Stored stored, Set<String> tiers) {
        Map<StoreColumn, @Nullable String> wanted = new EnumMap<StoreColumn, @Nullable String>(StoreColumn.class);
        for (var column : StoreColumn.values()) {
            var given = line.get(column);
            wanted.put(column, given != null ? given : stored != null ? stored.get(column) : FOR_NEW.get(column));
        }
        if (stored == null) {
            complete(line, wanted);
        } else if (!Objects.equals(wanted.get(StoreColumn.PLAN), stored.get(StoreColumn.PLAN)) && stored.overridden()) {
            problems.add(
                    line,
                    StoreColumn.PLAN,
                    "the store has overrides or roles for features of its plan; end them first");
        }
        var plan = wanted.get(StoreColumn.PLAN);
        var tier = wanted.get(StoreColumn.TIER);
        if (tier != null && !tiers.contains(plan + "/" + tier)) {
            problems.add(line, StoreColumn.TIER, "the plan '" + plan + "' has no tier '" + tier + "'");
        }
        if (stored == null) {
            added++;
            toWrite.add(wanted);
        } else if (!stored.says(wanted)) {
            changed++;
            toWrite.add(wanted);
        }
    }

    private void complete(StoreLine line, Map<StoreColumn, @Nullable String> wanted) {
        var id = id(line);
        if (wanted.get(StoreColumn.CODE) == null) {
            wanted.put(StoreColumn.CODE, id);
            if (StoreColumn.CODE.fault(id) != null) {
                problems.add(
                        line, StoreColumn.CODE, "the store '" + id + "' is new, and its id is no code: give it one");
            }
        }
        for (var needed : List.of(StoreColumn.NAME, StoreColumn.TIER)) {
            if (wanted.get(needed) == null) {
                problems.add(line, needed, "the store '" + id + "' is new, and needs a " + needed.title());
            }
        }
    }

    /** A code is one store's only. */
    private void codesOfOthers() throws SQLException {
        var ids = new HashSet<String>();
        var lines = new HashMap<String, StoreLine>();
        for (var line : file.lines()) {
            ids.add(id(line));
            lines.put(id(line), line);
        }
        var byCode = new HashMap<String, String>();
        toWrite.forEach(row -> byCode.put(
                String.valueOf(row.get(StoreColumn.CODE)), String.valueOf(row.get(StoreColumn.EXTERNAL_ID))));
        try (var statement = connection.prepareStatement("SELECT code, external_id FROM stores WHERE code = ANY (?)")) {
            statement.setArray(
                    1, connection.createArrayOf("text", byCode.keySet().toArray()));
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    var other = rows.getString("external_id");
                    var wanting = byCode.get(rows.getString("code"));
                    if (!other.equals(wanting) && !ids.contains(other)) {
                        problems.add(
                                Objects.requireNonNull(lines.get(wanting)),
                                StoreColumn.CODE,
                                "the code '" + rows.getString("code") + "' is of the store '" + other + "'");
                    }
                }
            }
        }
    }

    private Set<String> tiers() throws SQLException {
        var all = new HashSet<String>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT plan, code FROM tiers")) {
            while (rows.next()) {
                all.add(rows.getString("plan") + "/" + rows.getString("code"));
            }
        }
        return all;
    }

    private Map<String, Stored> stored(List<StoreLine> batch) throws SQLException {
        var all = new HashMap<String, Stored>();
        try (var statement = connection.prepareStatement(STORED)) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "text", batch.stream().map(StoresImport::id).toArray()));
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    all.put(rows.getString("external_id"), Stored.of(rows));
                }
            }
        }
        return all;
    }

    private void write(IntConsumer progress) throws SQLException {
        JdbcTransaction.actor(connection, "stores import");
        for (int from = 0; from < toWrite.size(); from += BATCH) {
            var batch = toWrite.subList(from, Math.min(from + BATCH, toWrite.size()));
            try (var statement = connection.prepareStatement(WRITE)) {
                for (var column : StoreColumn.values()) {
                    var values = batch.stream().map(row -> row.get(column)).toArray();
                    statement.setArray(column.ordinal() + 1, connection.createArrayOf("text", values));
                }
                statement.executeUpdate();
            }
            progress.accept(from + batch.size());
        }
    }

    /** A store as it is. */
    private record Stored(Map<StoreColumn, String> values, boolean overridden) {

        static Stored of(ResultSet row) throws SQLException {
            var values = new EnumMap<StoreColumn, String>(StoreColumn.class);
            for (var column : StoreColumn.values()) {
                values.put(
                        column,
                        column == StoreColumn.PERIOD_ANCHOR
                                ? row.getObject(column.title(), OffsetDateTime.class)
                                        .toString()
                                : row.getString(column.title()));
            }
            return new Stored(values, row.getBoolean("overridden"));
        }

        @Nullable
        String get(StoreColumn column) {
            return values.get(column);
        }

        boolean says(Map<StoreColumn, @Nullable String> wanted) {
            return values.entrySet().stream().allMatch(value -> same(value.getKey(), value.getValue(), wanted));
        }

        private static boolean same(StoreColumn column, String is, Map<StoreColumn, @Nullable String> wanted) {
            var other = wanted.get(column);
            return (column == StoreColumn.PERIOD_ANCHOR && other != null)
                    ? StoreColumn.instant(is).isEqual(StoreColumn.instant(other))
                    : is.equals(other);
        }
    }
}
