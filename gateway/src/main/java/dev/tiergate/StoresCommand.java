package dev.tiergate;

import static dev.tiergate.DatabaseOptions.count;

import dev.tiergate.entitlement.StoresFile;
import dev.tiergate.entitlement.StoresImport;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Stores from elsewhere into the database. */
@Command(
        name = "stores",
        mixinStandardHelpOptions = true,
        description = {
            "The stores of the database, which is that of TIERGATE_ADMIN_DATABASE_URL,",
            "or else TIERGATE_MIGRATION_DATABASE_URL, or else TIERGATE_DATABASE_URL."
        },
        subcommands = StoresCommand.Import.class)
final class StoresCommand extends CommandGroup {

    @Command(
            name = "import",
            mixinStandardHelpOptions = true,
            description = {
                "Adds and changes stores, by external_id, all of the file or none.",
                "The first line names the columns, in any order: external_id, code, name, plan, tier, status,",
                "billing_interval, period_anchor, time_zone. A column or a cell that is not there leaves what is."
            })
    static final class Import extends DatabaseCommand {

        @Parameters(paramLabel = "FILE", description = "A CSV file in UTF-8.")
        @SuppressWarnings("NullAway.Init")
        private Path file;

        @Option(names = "--dry-run", description = "Only says what would change.")
        private boolean dryRun;

        Import() {
            super(DatabaseOptions.FOR_EDITORS);
        }

        @Override
        int on(String url) throws IOException, SQLException {
            try {
                var read = StoresFile.read(file);
                var result = StoresImport.run(
                        url, read, dryRun, rows -> err().println(count(rows, "row") + " written, not committed yet"));
                out().printf(
                                "%s: %s%,d added, %,d changed, %,d unchanged%n",
                                file, dryRun ? "would be " : "", result.added(), result.changed(), result.unchanged());
                return ExitCode.OK;
            } catch (StoresFile.InvalidStoresException e) {
                e.problems().forEach(err()::println);
                err().println("Nothing was written");
            } catch (NoSuchFileException e) {
                err().println(file + ": there is no such file");
            }
            return ExitCode.USAGE;
        }
    }
}
