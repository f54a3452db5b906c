package dev.tiergate;

import static dev.tiergate.DatabaseOptions.count;

import dev.tiergate.entitlement.DatabaseUrl;
import dev.tiergate.limits.UsagePurge;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** What was counted. */
@Command(
        name = "usage",
        mixinStandardHelpOptions = true,
        description = {
            "The copy of the counters in the database, which is that of TIERGATE_ADMIN_DATABASE_URL,",
            "or else TIERGATE_MIGRATION_DATABASE_URL, or else TIERGATE_DATABASE_URL."
        },
        subcommands = UsageCommand.Purge.class)
final class UsageCommand extends CommandGroup {

    @Command(
            name = "purge",
            mixinStandardHelpOptions = true,
            description = {
                "Deletes counters of windows that ended long ago. Totals have no end, and stay.",
                "A gateway does the same once a day, by TIERGATE_USAGE_HISTORY_DAYS."
            })
    static final class Purge extends DatabaseCommand {

        @Option(
                names = "--older-than",
                paramLabel = "DAYS",
                defaultValue = "400",
                description = "Days since the window ended, 0 or more. Default: ${DEFAULT-VALUE}")
        private int days;

        @Option(names = "--dry-run", description = "Only says how many there are.")
        private boolean dryRun;

        Purge() {
            super(DatabaseOptions.FOR_EDITORS);
        }

        @Override
        int on(String url) throws SQLException {
            if (days < 0) {
                err().println("--older-than: a number of days from 0, found " + days);
                return ExitCode.USAGE;
            }
            var age = Duration.ofDays(days);
            var database = DatabaseUrl.parse(url);
            try (var connection = DriverManager.getConnection(database.jdbcUrl(), database.jdbcProperties())) {
                if (dryRun) {
                    out().println("would delete " + count(UsagePurge.count(connection, age), "counter"));
                } else {
                    long deleted = UsagePurge.purge(
                            connection, age, all -> err().println(count(all, "counter") + " deleted so far"));
                    out().println("deleted " + count(deleted, "counter"));
                }
            }
            return ExitCode.OK;
        }
    }
}
