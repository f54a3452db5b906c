package dev.tiergate.entitlement;

import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings a database to the schema of this version. Blocks: not for an event loop. */
public final class Migrations {

    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

    /** SQLSTATE classes of a server that may be there soon: connection, authorization, resources, shutting down, no database. */
    private static final Set<String> MAY_PASS = Set.of("08", "28", "53", "57", "3D");

    /** An attempt that hangs must not keep the next one from a server that is back. */
    private static final String CONNECT_SECONDS = "1";

    private static final String LOGIN_SECONDS = "3";

    private Migrations() {}

    /** The schema is not what it has to be, and no waiting mends it. */
    public static final class MigrationFailedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MigrationFailedException(FlywayException cause) {
            super("A migration failed: " + cause.getMessage(), cause);
        }
    }

    /** PostgreSQL cannot be reached, or does not let us in. */
    public static final class UnreachableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnreachableException(String state, Throwable cause) {
            super("PostgreSQL cannot be reached: SQLSTATE " + state, cause);
        }
    }

    /**
     * @param databaseUrl {@code postgresql://…}, of a role that owns the schema
     * @return how many migrations ran
     * @throws UnreachableException where a later attempt may succeed
     * @throws MigrationFailedException where it will not
     */
    public static int run(String databaseUrl) {
        var url = DatabaseUrl.parse(databaseUrl);
        try {
            var result = Flyway.configure(Migrations.class.getClassLoader())
                    .dataSource(url.jdbcUrl(), url.user(), url.password())
                    .jdbcProperties(properties(url))
                    .locations("classpath:db/migration")
                    .load()
                    .migrate();
            if (result.migrationsExecuted > 0) {
                LOG.info(
                        "Ran {} migrations; the schema is at {}",
                        result.migrationsExecuted,
                        result.targetSchemaVersion);
            }
            return result.migrationsExecuted;
        } catch (FlywayException e) {
            var state = sqlState(e);
            if (state != null && mayPass(state)) {
                throw new UnreachableException(state, e);
            }
            throw new MigrationFailedException(e);
        }
    }

    /** Whether a later attempt may succeed. */
    static boolean mayPass(String sqlState) {
        return MAY_PASS.contains(sqlState.substring(0, 2));
    }

    private static Map<String, String> properties(DatabaseUrl url) {
        var all = new TreeMap<String, String>();
        url.jdbcProperties().forEach((name, value) -> all.put(name.toString(), value.toString()));
        all.remove("user");
        all.remove("password");
        all.put("connectTimeout", CONNECT_SECONDS);
        all.put("loginTimeout", LOGIN_SECONDS);
        return all;
    }

    private static @Nullable String sqlState(Throwable fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql
                    && sql.getSQLState() != null
                    && sql.getSQLState().length() == 5) {
                return sql.getSQLState();
            }
        }
        return null;
    }
}
