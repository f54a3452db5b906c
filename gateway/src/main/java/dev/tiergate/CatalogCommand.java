package dev.tiergate;

import static dev.tiergate.DatabaseOptions.count;

import dev.tiergate.entitlement.CatalogueChange;
import dev.tiergate.entitlement.CatalogueChange.Action;
import dev.tiergate.entitlement.CatalogueDatabase;
import dev.tiergate.entitlement.CatalogueFile;
import dev.tiergate.entitlement.CataloguePreview;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The catalogue between a database and files, one plan a file. */
@Command(
        name = "catalog",
        mixinStandardHelpOptions = true,
        description = {
            "Tiers, features, limits and models of a plan, between the database and a YAML file.",
            "The database is that of TIERGATE_ADMIN_DATABASE_URL, or else TIERGATE_MIGRATION_DATABASE_URL,",
            "or else TIERGATE_DATABASE_URL."
        },
        subcommands = {CatalogCommand.Export.class, CatalogCommand.Import.class, CatalogCommand.Diff.class})
final class CatalogCommand extends CommandGroup {

    /** What the three share. */
    abstract static class Step extends DatabaseCommand {

        Step() {
            super(DatabaseOptions.FOR_EDITORS);
        }

        @Override
        final int on(String url) throws IOException, SQLException {
            return on(new CatalogueDatabase(url));
        }

        abstract int on(CatalogueDatabase catalogue) throws IOException, SQLException;
    }

    /** A step with a file that has to be good. */
    abstract static class FileStep extends Step {

        @Parameters(paramLabel = "FILE", description = "A catalogue file, such as catalogues/phoenix.yaml.")
        @SuppressWarnings("NullAway.Init")
        Path file;

        @Override
        int on(CatalogueDatabase catalogue) throws IOException, SQLException {
            try {
                return on(catalogue, CatalogueFile.read(file));
            } catch (CatalogueFile.InvalidCatalogueException e) {
                e.problems().forEach(err()::println);
                err().println(count(e.problems().size(), "problem"));
            } catch (NoSuchFileException e) {
                err().println(file + ": there is no such file");
            }
            return ExitCode.USAGE;
        }

        abstract int on(CatalogueDatabase catalogue, CatalogueFile read) throws SQLException;

        void show(CataloguePreview preview) {
            for (var change : preview.changes()) {
                out().printf("%s %-40s %s%n", change.action().sign(), change.what(), count(change.stores(), "store"));
                if (change.action() == Action.CHANGED) {
                    change.differences().forEach(this::show);
                }
            }
        }

        private void show(CatalogueChange.Difference difference) {
            out().printf(
                            "    %s: %s -> %s%n",
                            difference.attribute(), orNone(difference.from()), orNone(difference.to()));
        }

        private static String orNone(String value) {
            return value.isEmpty() ? "(none)" : value;
        }

        static String sum(CataloguePreview preview) {
            return preview.count(Action.ADDED) + " added, " + preview.count(Action.CHANGED) + " changed, "
                    + preview.count(Action.REMOVED) + " removed";
        }
    }

    @Command(
            name = "export",
            mixinStandardHelpOptions = true,
            description = "Writes the catalogue of a plan as YAML. The same catalogue makes the same file.")
    static final class Export extends Step {

        @Option(names = "--plan", paramLabel = "PLAN", description = "May be given several times. Default: all")
        private List<String> plans = List.of();

        @Option(
                names = {"-o", "--output"},
                paramLabel = "PATH",
                description = "A file for one plan, or a folder, which gets PLAN.yaml of each. Default: the terminal")
        private @Nullable Path output;

        @Override
        int on(CatalogueDatabase catalogue) throws IOException, SQLException {
            var files = catalogue.export(Set.copyOf(plans));
            var missing = new TreeSet<>(plans);
            missing.removeAll(files.keySet());
            if (!missing.isEmpty() || files.isEmpty()) {
                err().println("The database has no plan " + String.join(", ", missing));
                return ExitCode.SOFTWARE;
            }
            if (output != null && Files.isDirectory(output)) {
                for (var file : files.entrySet()) {
                    write(output.resolve(file.getKey() + ".yaml"), file.getValue());
                }
                return ExitCode.OK;
            }
            if (files.size() > 1) {
                err().println("There are several plans, " + String.join(", ", files.keySet())
                        + ": name one with --plan, or a folder with --output");
                return ExitCode.USAGE;
            }
            for (var text : files.values()) {
                write(output, text);
            }
            return ExitCode.OK;
        }

        private void write(@Nullable Path target, String text) throws IOException {
            if (target == null) {
                out().print(text);
                out().flush();
            } else {
                Files.writeString(target, text);
                err().println(target + " written");
            }
        }
    }

    @Command(
            name = "import",
            mixinStandardHelpOptions = true,
            description = {
                "Makes the database say what the file says of its plan, in one transaction.",
                "What the file does not name stays, unless --prune is given."
            })
    static final class Import extends FileStep {

        @Option(names = "--dry-run", description = "Only says what would change, and for how many stores.")
        private boolean dryRun;

        @Option(names = "--prune", description = "Removes from the plan what the file does not name.")
        private boolean prune;

        @Override
        int on(CatalogueDatabase catalogue, CatalogueFile read) throws SQLException {
            var preview = dryRun ? catalogue.preview(read, prune) : catalogue.take(read, prune);
            show(preview);
            if (preview.obstacle().isPresent()) {
                err().println(preview.obstacle().get());
                return ExitCode.SOFTWARE;
            }
            if (!preview.kept().isEmpty()) {
                out().println("Not in the file, and left as it is: " + String.join(", ", preview.kept()));
            }
            if (preview.nothingToChange()) {
                out().println("Plan " + preview.plan() + ": nothing to change");
            } else if (dryRun) {
                out().println("Plan " + preview.plan() + ": would be " + sum(preview));
            } else {
                out().println("Plan " + preview.plan() + ": " + sum(preview) + ", in force with revision "
                        + preview.revision());
            }
            return ExitCode.OK;
        }
    }

    @Command(
            name = "diff",
            mixinStandardHelpOptions = true,
            description = {
                "Says where the database differs from the file: what an import with --prune would change.",
                "Exit code 0 where nothing does, 1 where something does."
            })
    static final class Diff extends FileStep {

        @Override
        int on(CatalogueDatabase catalogue, CatalogueFile read) throws SQLException {
            var preview = catalogue.preview(read, true);
            show(preview);
            out().println("Plan " + preview.plan() + ": "
                    + (preview.nothingToChange() ? "the database and the file are equal" : "differs; " + sum(preview)));
            return preview.nothingToChange() ? ExitCode.OK : ExitCode.SOFTWARE;
        }
    }
}
