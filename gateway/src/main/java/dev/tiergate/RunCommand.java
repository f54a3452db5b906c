package dev.tiergate;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.core.CoreConstants;
import dev.tiergate.plugins.InvalidPluginsException;
import dev.tiergate.routes.LoadResult;
import dev.tiergate.routes.RoutesLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs until SIGTERM or SIGINT, drains, and ends with 0. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Runs the gateway until SIGTERM, then drains.",
        footerHeading = "%nSettings, from the environment or from a .env file (the environment counts first):%n")
final class RunCommand implements Callable<Integer> {

    @Option(
            names = "--routes",
            paramLabel = "FILE",
            defaultValue = "routes.yaml",
            description = "Default: ${DEFAULT-VALUE}")
    @SuppressWarnings("NullAway.Init")
    private Path routes;

    @Option(
            names = "--env-file",
            paramLabel = "FILE",
            defaultValue = ".env",
            description = "Default: ${DEFAULT-VALUE}, where it exists")
    @SuppressWarnings("NullAway.Init")
    private Path envFile;

    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Spec
    void setSpec(CommandSpec value) {
        spec = value;
        value.usageMessage().footer(settings());
    }

    @Override
    public Integer call() throws IOException, InterruptedException, ExecutionException, InvalidPluginsException {
        var err = spec.commandLine().getErr();
        var environment = DotEnv.behind(System.getenv(), envFile);
        Settings settings;
        try {
            settings = Settings.from(environment);
        } catch (Settings.InvalidSettingsException e) {
            err.println(e.getMessage());
            return ExitCode.USAGE;
        }
        logLevel(settings.logLevel());
        var loader = PluginFolder.load(environment).routes(environment);
        var result = loader.load(routes);
        if (result instanceof LoadResult.Rejected rejected) {
            rejected.problems().forEach(err::println);
            return ExitCode.USAGE;
        }
        return serve(settings, environment, loader, routes, (LoadResult.Loaded) result);
    }

    private static int serve(
            Settings settings,
            Function<String, @Nullable String> environment,
            RoutesLoader loader,
            Path routes,
            LoadResult.Loaded loaded)
            throws InterruptedException, ExecutionException {
        var gateway = Gateway.start(settings, environment, loader, routes, loaded)
                .toCompletionStage()
                .toCompletableFuture()
                .get();
        var ended = new CompletableFuture<Integer>();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> drain(gateway, ended.getNow(ExitCode.OK)), "drain"));
        keepLog();
        gateway.migrated().onFailure(fault -> ended.complete(Main.DATABASE_FAILED));
        return ended.get();
    }

    /** A signal that was obeyed is a success: without the halt, the JVM would report the signal's number. */
    private static void drain(Gateway gateway, int exitCode) {
        gateway.drain().toCompletionStage().toCompletableFuture().join();
        log().stop();
        Runtime.getRuntime().halt(exitCode);
    }

    /** Until the drain ends it, which has lines of its own. */
    private static void keepLog() {
        if (log().getObject(CoreConstants.SHUTDOWN_HOOK_THREAD) instanceof Thread end) {
            Runtime.getRuntime().removeShutdownHook(end);
        }
    }

    private static LoggerContext log() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }

    private static void logLevel(String level) {
        var root = (ch.qos.logback.classic.Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(level));
    }

    /** The settings as picocli's footer has them: one line each, with the default. */
    private static String[] settings() {
        return Arrays.stream(Setting.values())
                .map(setting -> "  %-32s %s%s"
                        .formatted(
                                setting.variable(),
                                setting.meaning(),
                                setting.fallback().isEmpty() ? "" : " (default: " + setting.fallback() + ")"))
                .toArray(String[]::new);
    }
}
