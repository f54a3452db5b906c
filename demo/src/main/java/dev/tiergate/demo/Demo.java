package dev.tiergate.demo;

import dev.tiergate.Main;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;

/** The command line with {@code demo} and {@code token} besides what the gateway has. */
public final class Demo {

    private Demo() {}

    public static void main(String[] args) {
        var code = commandLine().execute(args);
        if (code != ExitCode.OK) {
            System.exit(code);
        }
    }

    static CommandLine commandLine() {
        return Main.commandLine().addSubcommand(new DemoCommand()).addSubcommand(new TokenCommand());
    }
}
