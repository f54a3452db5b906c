package dev.tiergate;

import dev.tiergate.fixtures.Postgres;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** Looks again and again how many connections of the gateway's pool do something. */
final class BusyConnections implements AutoCloseable {

    private final FutureTask<Integer> most;
    private volatile boolean over;

    /** On a thread of its own: in the common pool, which has one thread on two cores, nobody else would get a turn. */
    BusyConnections(String database) {
        most = new FutureTask<>(() -> watch(database));
        var watcher = new Thread(most, "busy connections");
        watcher.setDaemon(true);
        watcher.start();
    }

    private int watch(String database) throws SQLException {
        int seen = 0;
        try (var connection = DriverManager.getConnection(Postgres.jdbcUrl(database));
                var sql = connection.prepareStatement("SELECT count(*) FROM pg_stat_activity WHERE "
                        + "datname = current_database() AND state = 'active' AND query LIKE '%LEFT JOIN stores s%'"
                        + " AND pid <> pg_backend_pid()")) {
            while (!over) {
                try (var rows = sql.executeQuery()) {
                    rows.next();
                    seen = Math.max(seen, rows.getInt(1));
                }
            }
            return seen;
        }
    }

    int most() throws Exception {
        over = true;
        return most.get(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        over = true;
    }
}
