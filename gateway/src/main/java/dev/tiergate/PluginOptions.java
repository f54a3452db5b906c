package dev.tiergate;

import dev.tiergate.plugins.InvalidPluginsException;
import dev.tiergate.plugins.PluginCatalogue;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What the commands that look at the plugins share. */
final class PluginOptions {

    @Option(
            names = "--env-file",
            paramLabel = "FILE",
            defaultValue = ".env",
            description = "Settings that the environment does not have. Default: ${DEFAULT-VALUE}, where it exists")
    @SuppressWarnings("NullAway.Init")
    private Path envFile;

    PluginCatalogue load() throws IOException, InvalidPluginsException {
        return PluginFolder.load(DotEnv.behind(System.getenv(), envFile));
    }
}
