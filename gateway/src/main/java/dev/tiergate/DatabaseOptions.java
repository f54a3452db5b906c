package dev.tiergate;

import ch.qos.logback.classic.Level;
import dev.tiergate.entitlement.Migrations;
import dev.tiergate.routes.VariableException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the commands that work on the database share: where it is, and what they say when that goes wrong. */
final class DatabaseOptions {

    /** The variables that name the database, the one of a role that may edit first. */
    static final List<String> FOR_EDITORS = List.of(
            Setting.ADMIN_DATABASE_URL.variable(),
            Setting.MIGRATION_DATABASE_URL.variable(),
            Setting.DATABASE_URL.variable());

    /** The same for the role that owns the schema. */
    static final List<String> FOR_OWNERS =
            List.of(Setting.MIGRATION_DATABASE_URL.variable(), Setting.DATABASE_URL.variable());

    /** The same for a role that may read the audit log. */
    static final List<String> FOR_AUDITORS =
            List.of(Setting.ADMIN_DATABASE_URL.variable(), Setting.DATABASE_URL.variable());

    private static final String NO_SUCH_TABLE = "42P01";
    private static final String NOT_ALLOWED = "42501";

    @Option(
            names = "--env-file",
            paramLabel = "FILE",
            defaultValue = ".env",
            description = "Settings that the environment does not have. Default: ${DEFAULT-VALUE}, where it exists")
    @SuppressWarnings("NullAway.Init")
    private Path envFile;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /** What a command does with the database. */
    @FunctionalInterface
    interface Task {
        /** The exit code. */
        int on(String databaseUrl) throws IOException, SQLException;
    }

    /** Runs the task on the database that the first of the variables names, and turns what fails into a sentence and a code. */
    int run(List<String> variables, Task task) throws IOException {
        var url = url(variables);
        var root = (ch.qos.logback.classic.Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        var before = root.getLevel();
        // what these commands do is said on the terminal, and a log line is none of it
        root.setLevel(Level.OFF);
        try {
            return task.on(url);
        } catch (Migrations.UnreachableException e) {
            err().println(e.getMessage());
            return Main.DATABASE_FAILED;
        } catch (IllegalArgumentException e) {
            err().println(e.getMessage());
            return ExitCode.USAGE;
        } catch (SQLException e) {
            err().println(describe(e));
            return ExitCode.SOFTWARE;
        } finally {
            root.setLevel(before);
        }
    }

    private String url(List<String> variables) throws IOException {
        var environment = DotEnv.behind(System.getenv(), envFile);
        for (var variable : variables) {
            var url = value(environment, variable);
            if (url != null && !url.isBlank()) {
                return url;
            }
        }
        throw new ParameterException(
                spec.commandLine(), "Where is the database? Set " + String.join(", or else ", variables));
    }

    private @Nullable String value(Function<String, @Nullable String> environment, String variable) {
        try {
            return environment.apply(variable);
        } catch (VariableException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
    }

    private static String describe(SQLException fault) {
        var state = String.valueOf(fault.getSQLState());
        return switch (state) {
            case NO_SUCH_TABLE -> "The database has no tables of Tiergate yet: run tiergate migrate first";
            case NOT_ALLOWED -> "PostgreSQL does not let this role do that: " + fault.getMessage();
            case "null" -> String.valueOf(fault.getMessage());
            default -> "PostgreSQL refused: " + fault.getMessage() + " (SQLSTATE " + state + ")";
        };
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** Such as {@code 1 store} and {@code 1,200 stores}. */
    static String count(long number, String noun) {
        return String.format(Locale.ROOT, "%,d %s%s", number, noun, number == 1 ? "" : "s");
    }
}
