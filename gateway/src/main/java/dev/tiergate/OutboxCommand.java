package dev.tiergate;

import static dev.tiergate.DatabaseOptions.count;

import dev.tiergate.entitlement.DatabaseUrl;
import dev.tiergate.outbox.OutboxRows;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** Events on their way out. */
@Command(
        name = "outbox",
        mixinStandardHelpOptions = true,
        description = {
            "The events that sinks of routes.yaml get, in the database, which is that of",
            "TIERGATE_ADMIN_DATABASE_URL, or else TIERGATE_MIGRATION_DATABASE_URL, or else TIERGATE_DATABASE_URL."
        },
        subcommands = {OutboxCommand.Listing.class, OutboxCommand.Retry.class})
final class OutboxCommand extends CommandGroup {

    private static Connection connect(String url) throws SQLException {
        var database = DatabaseUrl.parse(url);
        return DriverManager.getConnection(database.jdbcUrl(), database.jdbcProperties());
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Lists events, the newest first: id, sink, event, store, age, attempts, last error.")
    static final class Listing extends DatabaseCommand {

        @Option(
                names = "--state",
                defaultValue = "given-up",
                description = "waiting, given-up or delivered. Default: ${DEFAULT-VALUE}")
        private String state = "";

        @Option(names = "--sink", paramLabel = "NAME", description = "Of this sink only.")
        private @Nullable String sink;

        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "100",
                description = "How many at most. Default: ${DEFAULT-VALUE}")
        private int most;

        Listing() {
            super(DatabaseOptions.FOR_EDITORS);
        }

        @Override
        int on(String url) throws SQLException {
            for (var known : OutboxRows.State.values()) {
                if (known.toString().equals(state)) {
                    return list(url, known);
                }
            }
            err().println("--state: waiting, given-up or delivered, found " + state);
            return ExitCode.USAGE;
        }

        private int list(String url, OutboxRows.State known) throws SQLException {
            if (most < 1) {
                err().println("--limit: a number from 1, found " + most);
                return ExitCode.USAGE;
            }
            try (var connection = connect(url)) {
                OutboxRows.list(connection, known, sink, most).forEach(line -> out().println(text(line)));
            }
            return ExitCode.OK;
        }

        /** An error is the sink's own text, and must not look like lines of ours. */
        private static String text(OutboxRows.Line line) {
            var error = line.error() == null ? "" : "  " + line.error().replaceAll("\\p{Cntrl}", " ");
            return line.id() + "  " + line.sink() + "  " + line.event() + "  " + line.store() + "  "
                    + line.age().toSeconds() + "s  " + line.attempts() + error;
        }
    }

    @Command(
            name = "retry",
            mixinStandardHelpOptions = true,
            description =
                    "Has events that were given up sent again, as if they were new; all of them unless told otherwise.")
    static final class Retry extends DatabaseCommand {

        @Option(names = "--sink", paramLabel = "NAME", description = "Of this sink only.")
        private @Nullable String sink;

        @Option(names = "--id", paramLabel = "ID", description = "This one only.")
        private @Nullable Long id;

        Retry() {
            super(DatabaseOptions.FOR_EDITORS);
        }

        @Override
        int on(String url) throws SQLException {
            try (var connection = connect(url)) {
                out().println("to be sent again: " + count(OutboxRows.retry(connection, sink, id), "event"));
            }
            return ExitCode.OK;
        }
    }
}
