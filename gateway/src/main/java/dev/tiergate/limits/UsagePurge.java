package dev.tiergate.limits;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counters of windows that are over: kept as long as {@code TIERGATE_USAGE_HISTORY_DAYS} says, then deleted, a few at a time.
 * Levels have no end, and stay; so does what was spent of a grant, for as long as the list of grants shows it.
 */
public final class UsagePurge {

    private static final Logger LOG = LoggerFactory.getLogger(UsagePurge.class);

    /** Few enough to be done well within the half second that a statement of a node may take. */
    private static final int PART = 2_000;

    private static final String OVER = "window_end < now() - make_interval(secs => %s) "
            + "AND NOT (scope = 'grant' AND subject IN (SELECT id::text FROM credit_grants))";

    private static final String DELETE = "DELETE FROM usage_counters WHERE ctid = ANY (ARRAY("
            + "SELECT ctid FROM usage_counters WHERE " + OVER + " LIMIT " + PART + "))";

    private static final Duration DAY = Duration.ofDays(1);

    private UsagePurge() {}

    /** How many counters are older. Blocks. */
    public static long count(Connection connection, Duration age) throws SQLException {
        String count = "SELECT count(*) FROM usage_counters WHERE " + OVER.formatted("?");
        try (PreparedStatement statement = connection.prepareStatement(count)) {
            statement.setLong(1, age.toSeconds());
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    /**
     * Deletes counters of windows that ended longer ago. Blocks; each part is a transaction of its own.
     *
     * @param progress told after each part how many there were
     */
    public static long purge(Connection connection, Duration age, LongConsumer progress) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(DELETE.formatted("?"))) {
            statement.setLong(1, age.toSeconds());
            long all = 0;
            int part;
            do {
                part = statement.executeUpdate();
                all += part;
                progress.accept(all);
            } while (part == PART);
            return all;
        }
    }

    /** Does the same once a day, at an hour of each node's own. */
    public static void daily(Vertx vertx, Pool pool, Duration age) {
        each(vertx, pool, age, DAY);
    }

    /** @param period also the most that the first time waits, so that nodes that start together do not do it together */
    static void each(Vertx vertx, Pool pool, Duration age, Duration period) {
        long first = ThreadLocalRandom.current().nextLong(1, period.toMillis());
        vertx.setTimer(first, started -> {
            purge(pool, age);
            vertx.setPeriodic(period.toMillis(), again -> purge(pool, age));
        });
    }

    private static void purge(Pool pool, Duration age) {
        parts(pool, age, 0)
                .onSuccess(all -> LOG.info("Deleted {} counters of windows that are long over", all))
                .onFailure(fault -> LOG.warn("Old counters were not deleted: {}", fault.getMessage()));
    }

    static Future<Long> parts(Pool pool, Duration age, long before) {
        return pool.preparedQuery(DELETE.formatted("$1"))
                .execute(Tuple.of((double) age.toSeconds()))
                .timeout(1, TimeUnit.MINUTES)
                .compose(rows -> {
                    long all = before + rows.rowCount();
                    return rows.rowCount() == PART ? parts(pool, age, all) : Future.succeededFuture(all);
                });
    }
}
