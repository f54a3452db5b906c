package dev.tiergate;

import dev.tiergate.plugins.InvalidPluginsException;
import dev.tiergate.routes.LoadResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "routes",
        mixinStandardHelpOptions = true,
        description = "Lists the routes of a routes.yaml, with what each asks of a request.")
final class RoutesCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "The routes.yaml to read.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Option(
            names = "--chain",
            description = {
                "Lists under each route its checks in the order in which they are asked;",
                "of plugins also where they stand, their mode, and what happens where they fail."
            })
    private boolean chain;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InvalidPluginsException {
        var out = spec.commandLine().getOut();
        var environment = DotEnv.behind(System.getenv(), Path.of(".env"));
        var result = PluginFolder.load(environment).routes(environment).load(file);
        if (result instanceof LoadResult.Rejected rejected) {
            return ValidateCommand.rejected(rejected, spec.commandLine().getErr());
        }
        var config = ((LoadResult.Loaded) result).config();
        for (var route : config.routes()) {
            out.println(ChainText.route(route, config));
            if (chain) {
                ChainText.chain(route, config).forEach(out::println);
            }
        }
        return ExitCode.OK;
    }
}
