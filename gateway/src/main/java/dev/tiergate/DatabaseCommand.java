package dev.tiergate;

import java.io.IOException;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that does one thing with the database. */
abstract class DatabaseCommand implements Callable<Integer> {

    private final List<String> variables;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private DatabaseOptions database;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /** @param variables that may name the database, the first one first */
    DatabaseCommand(List<String> variables) {
        this.variables = variables;
    }

    @Override
    public final Integer call() throws IOException {
        return database.run(variables, this::on);
    }

    /** The exit code. */
    abstract int on(String databaseUrl) throws IOException, SQLException;

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    final PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
