package dev.tiergate;

import dev.tiergate.plugins.InstalledPlugins;
import dev.tiergate.routes.LoadResult;
import dev.tiergate.routes.RoutesLoader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
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

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        var out = spec.commandLine().getOut();
        var err = spec.commandLine().getErr();
        var environment = DotEnv.behind(System.getenv(), Path.of(".env"));
        var result = new RoutesLoader(InstalledPlugins.onClassPath(), environment).load(file);
        if (result instanceof LoadResult.Loaded loaded) {
            loaded.warnings().forEach(warning -> err.println("warning: " + warning));
            out.println(file + ": good, " + count(loaded.config().routes().size(), "route"));
            return ExitCode.OK;
        }
        return rejected((LoadResult.Rejected) result, err);
    }

    private static int rejected(LoadResult.Rejected rejected, PrintWriter err) {
        rejected.problems().forEach(err::println);
        err.println(count(rejected.problems().size(), "problem"));
        return ExitCode.USAGE;
    }

    private static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
