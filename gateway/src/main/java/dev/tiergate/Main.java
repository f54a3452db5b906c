package dev.tiergate;

import dev.tiergate.plugins.InvalidPluginsException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line. Exit codes: 0 done, 1 failed, 2 the input is wrong, 3 a migration failed or no database was reached. */
@Command(
        name = "tiergate",
        mixinStandardHelpOptions = true,
        version = "tiergate 0.1.0",
        description = "An entitlement gateway: may this store use this feature, now, and how much of it is left?",
        subcommands = {
            RunCommand.class,
            ValidateCommand.class,
            RoutesCommand.class,
            SchemaCommand.class,
            PluginsCommand.class,
            CatalogCommand.class,
            StoresCommand.class,
            UsageCommand.class,
            OutboxCommand.class,
            MigrateCommand.class,
            AuditCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:failed", "2:the input is wrong", "3:a migration failed, or no database was reached"
        })
public final class Main implements Runnable {

    static final int DATABASE_FAILED = 3;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    public static void main(String[] args) {
        var code = commandLine().execute(args);
        if (code != ExitCode.OK) {
            System.exit(code);
        }
    }

    /** The commands as others may embed them. */
    public static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler((fault, failed, parsed) -> {
                    if (fault instanceof InvalidPluginsException) {
                        failed.getErr().println(fault.getMessage());
                        return ExitCode.USAGE;
                    }
                    failed.getErr().println("tiergate: " + plain(fault));
                    return ExitCode.SOFTWARE;
                });
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command? Try tiergate --help");
    }

    private static String plain(Throwable fault) {
        var message = fault.getMessage();
        return message == null ? fault.getClass().getSimpleName() : message;
    }
}
