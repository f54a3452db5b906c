package dev.tiergate.entitlement;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A transaction on a connection of its own, for commands. Blocks: not for an event loop. */
final class JdbcTransaction {

    /** Deadlock, and a transaction that cannot be put in line with others. */
    private static final Set<String> PASSES = Set.of("40P01", "40001");

    private static final int MOST_ATTEMPTS = 4;

    private JdbcTransaction() {}

    /** What is done in it; may be called again after it was rolled back. */
    @FunctionalInterface
    interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    /**
     * @param isolation a constant of {@link Connection}
     * @throws Migrations.UnreachableException where PostgreSQL cannot be reached
     */
    static <T> T run(String databaseUrl, int isolation, Work<T> work) throws SQLException {
        var url = DatabaseUrl.parse(databaseUrl);
        for (int attempt = 1; ; attempt++) {
            try (var connection = DriverManager.getConnection(url.jdbcUrl(), url.jdbcProperties())) {
                connection.setTransactionIsolation(isolation);
                connection.setAutoCommit(false);
                var result = work.in(connection);
                connection.commit();
                return result;
            } catch (SQLException e) {
                var state = e.getSQLState();
                if (state != null && state.length() == 5 && Migrations.mayPass(state)) {
                    throw new Migrations.UnreachableException(state, e);
                }
                if (attempt == MOST_ATTEMPTS || !PASSES.contains(String.valueOf(state))) {
                    throw e;
                }
            }
        }
    }

    /** How many rows were written. */
    static int write(Connection connection, String sql, @Nullable Object... values) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            return statement.executeUpdate();
        }
    }

    static long number(Connection connection, String sql, @Nullable Object... values) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            try (var rows = statement.executeQuery()) {
                if (!rows.next()) {
                    throw new SQLException("No row came back", "02000");
                }
                return rows.getLong(1);
            }
        }
    }

    /** Who the audit log says it was, for the rest of the transaction. */
    static void actor(Connection connection, String name) throws SQLException {
        try (var statement = connection.prepareStatement("SELECT set_config('tiergate.actor', ?, true)")) {
            statement.setString(1, name);
            statement.execute();
        }
    }
}
