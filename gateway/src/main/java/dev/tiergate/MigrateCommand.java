package dev.tiergate;

import dev.tiergate.entitlement.Migrations;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** For an installation in which the gateway's own role may not change the schema. */
@Command(
        name = "migrate",
        mixinStandardHelpOptions = true,
        description = {
            "Brings the database to the schema of this version.",
            "Of TIERGATE_MIGRATION_DATABASE_URL, or else TIERGATE_DATABASE_URL."
        })
final class MigrateCommand implements Callable<Integer> {

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private DatabaseOptions database;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        return database.run(DatabaseOptions.FOR_OWNERS, this::migrate);
    }

    private int migrate(String url) {
        try {
            int ran = Migrations.run(url);
            spec.commandLine()
                    .getOut()
                    .println(
                            ran == 0
                                    ? "The schema is up to date"
                                    : DatabaseOptions.count(ran, "migration") + " ran; the schema is up to date");
            return ExitCode.OK;
        } catch (Migrations.MigrationFailedException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return Main.DATABASE_FAILED;
        }
    }
}
