package dev.tiergate.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "token",
        mixinStandardHelpOptions = true,
        description = "Mints a token for a store of the demo; a running demo accepts it.")
final class TokenCommand implements Callable<Integer> {

    private static final int LONGEST_HOURS = 24;

    @Option(
            names = "--store",
            required = true,
            paramLabel = "ID",
            description = "The store's external id, such as 101.")
    @SuppressWarnings("NullAway.Init")
    private String store;

    @Option(names = "--user", paramLabel = "ID", defaultValue = "demo-user", description = "Default: ${DEFAULT-VALUE}")
    @SuppressWarnings("NullAway.Init")
    private String user;

    @Option(names = "--role", paramLabel = "ROLE", description = "May be given several times.")
    private List<String> roles = List.of();

    @Option(names = "--hours", paramLabel = "N", defaultValue = "12", description = "Lifetime, 1 to 24. Default: 12")
    private int hours;

    @Option(names = "--folder", paramLabel = "DIR", defaultValue = ".demo", description = "The demo's. Default: .demo")
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (hours < 1 || hours > LONGEST_HOURS) {
            throw new ParameterException(spec.commandLine(), "--hours is to be from 1 to 24");
        }
        var token = DemoKey.in(folder).token(store, user, roles, Duration.ofHours(hours));
        spec.commandLine().getOut().println(token);
        return ExitCode.OK;
    }
}
