package dev.tiergate;

import dev.tiergate.entitlement.CatalogueFile;
import dev.tiergate.routes.CatalogueCodes;
import dev.tiergate.routes.LoadResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "validate",
        mixinStandardHelpOptions = true,
        description = "Checks a routes.yaml and lists every problem with its place.")
final class ValidateCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "The routes.yaml to check.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Option(
            names = "--catalog",
            paramLabel = "FILE",
            description =
                    "A catalogue to check codes against, such as catalogues/phoenix.yaml; may be given several times.")
    private List<Path> catalogues = List.of();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        var out = spec.commandLine().getOut();
        var err = spec.commandLine().getErr();
        var environment = DotEnv.behind(System.getenv(), Path.of(".env"));
        var loader = PluginFolder.load(environment).routes(environment);
        LoadResult result;
        try {
            result = loader.load(file, codes());
        } catch (CatalogueFile.InvalidCatalogueException e) {
            err.println(e.getMessage());
            return ExitCode.USAGE;
        }
        if (result instanceof LoadResult.Loaded loaded) {
            loaded.warnings().forEach(warning -> err.println("warning: " + warning));
            out.println(file + ": good, " + count(loaded.config().routes().size(), "route"));
            return ExitCode.OK;
        }
        return rejected((LoadResult.Rejected) result, err);
    }

    /** Null without a catalogue: codes are then not checked, and a warning says so. */
    private @Nullable CatalogueCodes codes() throws IOException, CatalogueFile.InvalidCatalogueException {
        var all = new ArrayList<CatalogueCodes>();
        for (var catalogue : catalogues) {
            all.add(CatalogueFile.read(catalogue).catalogue());
        }
        return all.isEmpty() ? null : new SeveralCatalogues(all);
    }

    /** What any of several catalogues has. */
    private record SeveralCatalogues(List<CatalogueCodes> all) implements CatalogueCodes {

        @Override
        public Set<String> tiers() {
            return union(CatalogueCodes::tiers);
        }

        @Override
        public Set<String> features() {
            return union(CatalogueCodes::features);
        }

        @Override
        public Set<String> limits() {
            return union(CatalogueCodes::limits);
        }

        @Override
        public Set<String> modelGroups() {
            return union(CatalogueCodes::modelGroups);
        }

        @Override
        public Set<String> creditLimits() {
            return union(CatalogueCodes::creditLimits);
        }

        private Set<String> union(Function<CatalogueCodes, Set<String>> codes) {
            return all.stream().flatMap(one -> codes.apply(one).stream()).collect(Collectors.toUnmodifiableSet());
        }
    }

    /** Lists the problems. */
    static int rejected(LoadResult.Rejected rejected, PrintWriter err) {
        rejected.problems().forEach(err::println);
        err.println(count(rejected.problems().size(), "problem"));
        return ExitCode.USAGE;
    }

    private static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
