package dev.tiergate.entitlement;

import dev.tiergate.fixtures.Postgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A fresh database with the schema, spoken to in plain SQL. */
final class SqlDatabase implements AutoCloseable {

    private final String url;
    private final Connection connection;

    private SqlDatabase(String url) throws SQLException {
        this.url = url;
        this.connection = DriverManager.getConnection(Postgres.jdbcUrl(url));
    }

    static SqlDatabase migrated() throws SQLException {
        return new SqlDatabase(MigratedDatabase.create());
    }

    static SqlDatabase migrated(Postgres server) throws SQLException {
        var url = server.createDatabase();
        Migrations.run(url);
        return new SqlDatabase(url);
    }

    String url() {
        return url;
    }

    Connection connection() {
        return connection;
    }

    /** Each statement in a transaction of its own. */
    void run(String... statements) throws SQLException {
        for (var statement : statements) {
            try (var prepared = connection.createStatement()) {
                prepared.execute(statement);
            }
        }
    }

    /** All statements in one transaction. */
    void together(String... statements) throws SQLException {
        connection.setAutoCommit(false);
        try {
            run(statements);
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    /** As a table whose constraints and triggers were bypassed. */
    void unchecked(String... statements) throws SQLException {
        run("SET session_replication_role = replica");
        try {
            together(statements);
        } finally {
            run("SET session_replication_role = origin");
        }
    }

    /** The first column of all rows, as text. */
    List<String> column(String query) throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            var all = new ArrayList<String>();
            while (rows.next()) {
                all.add(String.valueOf(rows.getString(1)));
            }
            return all;
        }
    }

    String only(String query) throws SQLException {
        var all = column(query);
        if (all.size() != 1) {
            throw new AssertionError(query + ": " + all.size() + " rows");
        }
        return all.get(0);
    }

    long revision() throws SQLException {
        return Long.parseLong(only("SELECT revision FROM entitlement_revision"));
    }

    void store(String externalId, String tier) throws SQLException {
        run("INSERT INTO stores (external_id, code, name, tier_code) VALUES ('" + externalId + "', '" + externalId
                + "', 'Store " + externalId + "', '" + tier + "')");
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
