package dev.tiergate.api.admin;

import dev.tiergate.fixtures.Postgres;
import io.vertx.core.json.JsonObject;
import java.sql.DriverManager;
import java.sql.SQLException;

/** What the audit log has. */
public final class AuditRows {

    private AuditRows() {}

    /** The newest row, by columns. */
    public static JsonObject last(String database) throws SQLException {
        try (var connection = DriverManager.getConnection(Postgres.jdbcUrl(database));
                var sql = connection.createStatement();
                var rows = sql.executeQuery("SELECT to_jsonb(a)::text FROM audit_log a ORDER BY id DESC LIMIT 1")) {
            if (!rows.next()) {
                throw new AssertionError("the audit log is empty");
            }
            return new JsonObject(rows.getString(1));
        }
    }
}
