package dev.tiergate;

import dev.tiergate.plugins.InvalidPluginsException;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "schema",
        mixinStandardHelpOptions = true,
        description = {
            "Prints the JSON Schema of routes.yaml with the configurations of the plugins that",
            "tiergate plugins lists, for editors."
        })
final class SchemaCommand implements Callable<Integer> {

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private PluginOptions options;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InvalidPluginsException {
        spec.commandLine().getOut().println(options.load().schema().toPrettyString());
        return ExitCode.OK;
    }
}
