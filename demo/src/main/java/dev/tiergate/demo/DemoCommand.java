package dev.tiergate.demo;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Starts PostgreSQL, Redis, a legacy shop and the gateway in front of it, and says what to try.")
final class DemoCommand implements Callable<Integer> {

    @Option(names = "--port", defaultValue = "8080", description = "The gateway's. Default: 8080; 0 for a free one")
    private int port;

    @Option(names = "--admin-port", defaultValue = "8081", description = "Its admin port. Default: 8081")
    private int adminPort;

    @Option(names = "--shop-port", defaultValue = "9001", description = "The legacy shop's. Default: 9001")
    private int shopPort;

    @Option(
            names = "--home",
            paramLabel = "DIR",
            defaultValue = "${sys:tiergate.home:-.}",
            description = "Where routes.yaml and catalogues/ are. Default: the launcher's folder")
    @SuppressWarnings("NullAway.Init")
    private Path home;

    @Option(names = "--routes", paramLabel = "FILE", description = "What to serve. Default: routes.yaml of the home")
    private @Nullable Path routes;

    @Option(names = "--plugins", paramLabel = "DIR", description = "A folder of plugins besides those that come along")
    private @Nullable Path plugins;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            defaultValue = ".demo",
            description = "Where the demo's key and tokens are kept. Default: .demo")
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
        var out = spec.commandLine().getOut();
        var served = routes == null ? home.resolve("routes.yaml") : routes;
        var options = new RunningDemo.Options(home, served, plugins, folder, port, adminPort, shopPort);
        var demo = RunningDemo.start(options, step -> {
            out.println(step + " ...");
            out.flush();
        });
        var stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            demo.close();
                            stopped.countDown();
                        },
                        "stop"));
        invite(demo, out);
        stopped.await();
        return ExitCode.OK;
    }

    private void invite(RunningDemo demo, PrintWriter out) {
        out.println();
        // the tour is one of the routes that come along
        for (var step : routes == null ? CurlTour.steps() : List.<CurlTour.Step>of()) {
            out.println("# " + step.promise());
            out.println(demo.curl(step));
        }
        out.println();
        out.println(
                "gateway  " + demo.gatewayUri() + "   admin  " + demo.adminUri() + "/ready, /status, /metrics, /docs");
        out.println("shop     " + demo.shopUri() + "   (asked directly, it lets everybody do everything)");
        out.println("routes   " + demo.routes() + "   (edit it: the change serves within a second)");
        out.println("Stop with Ctrl-C.");
        out.flush();
    }
}
