package dev.tiergate;

import dev.tiergate.entitlement.Migrations;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;

/** For an installation in which the gateway's own role may not change the schema. */
@Command(
        name = "migrate",
        mixinStandardHelpOptions = true,
        description = {
            "Brings the database to the schema of this version.",
            "Of TIERGATE_MIGRATION_DATABASE_URL, or else TIERGATE_DATABASE_URL."
        })
final class MigrateCommand extends DatabaseCommand {

    MigrateCommand() {
        super(DatabaseOptions.FOR_OWNERS);
    }

    @Override
    int on(String url) {
        try {
            int ran = Migrations.run(url);
            out().println(
                            ran == 0
                                    ? "The schema is up to date"
                                    : DatabaseOptions.count(ran, "migration") + " ran; the schema is up to date");
            return ExitCode.OK;
        } catch (Migrations.MigrationFailedException e) {
            err().println(e.getMessage());
            return Main.DATABASE_FAILED;
        }
    }
}
