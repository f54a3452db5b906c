package dev.tiergate;

import dev.tiergate.fixtures.RawClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** The gateway as an operator runs it: a JVM of its own, on free ports. */
final class GatewayProcess implements AutoCloseable {

    private static final Pattern SERVING = Pattern.compile("on port (\\d+), admin on port (\\d+)");
    private static final long DEADLINE_SECONDS = 60;

    private final Process process;
    private final List<String> log = new ArrayList<>();
    private final List<String> output = new ArrayList<>();
    private final CompletableFuture<int[]> ports = new CompletableFuture<>();
    private final List<Thread> readers;
    private volatile CompletableFuture<Void> reading = CompletableFuture.completedFuture(null);

    private GatewayProcess(Process process) {
        this.process = process;
        this.readers = List.of(
                reader("gateway log", this::readLog),
                reader("gateway errors", () -> read(process.errorReader(), this::printed)));
    }

    private static Thread reader(String name, Runnable reading) {
        var reader = new Thread(reading, name);
        reader.setDaemon(true);
        reader.start();
        return reader;
    }

    /** @param environment besides the ports, which are free ones */
    static GatewayProcess start(Path routes, Map<String, String> environment) throws IOException {
        return new GatewayProcess(builder(routes, environment).start());
    }

    /**
     * Its log goes to a file, and tells nobody the ports: the pipe of a process that ends is closed under its reader.
     *
     * @param environment with the port
     */
    static GatewayProcess start(Path routes, Map<String, String> environment, Path log) throws IOException {
        return new GatewayProcess(
                builder(routes, environment).redirectOutput(log.toFile()).start());
    }

    private static ProcessBuilder builder(Path routes, Map<String, String> environment) {
        var command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Dlogback.configurationFile=logback.xml",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "run",
                "--routes",
                routes.toString(),
                "--env-file",
                routes.resolveSibling("absent.env").toString());
        var builder = new ProcessBuilder(command);
        builder.environment()
                .putAll(Map.of("TIERGATE_HOST", "127.0.0.1", "TIERGATE_PORT", "0", "TIERGATE_ADMIN_PORT", "0"));
        builder.environment().putAll(environment);
        return builder;
    }

    private void read(BufferedReader stream, Consumer<String> line) {
        try (stream) {
            stream.lines().forEach(line);
        } catch (IOException | UncheckedIOException e) {
            ports.completeExceptionally(e);
        }
    }

    private void readLog() {
        read(process.inputReader(), this::logged);
        ports.completeExceptionally(new IllegalStateException("The gateway ended before it served: " + output()));
    }

    private void logged(String line) {
        reading.join();
        synchronized (output) {
            log.add(line);
        }
        printed(line);
        var serving = SERVING.matcher(line);
        if (serving.find()) {
            ports.complete(new int[] {Integer.parseInt(serving.group(1)), Integer.parseInt(serving.group(2))});
        }
    }

    private void printed(String line) {
        synchronized (output) {
            output.add(line);
        }
    }

    int port() throws Exception {
        return ports.get(DEADLINE_SECONDS, TimeUnit.SECONDS)[0];
    }

    int adminPort() throws Exception {
        return ports.get(DEADLINE_SECONDS, TimeUnit.SECONDS)[1];
    }

    /** Whether it takes new connections. */
    boolean listens() throws Exception {
        try (var client = RawClient.connect(port())) {
            return true;
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof ConnectException) {
                return false;
            }
            throw e;
        }
    }

    RawClient.Response admin(String path) throws Exception {
        try (var client = RawClient.connect(adminPort())) {
            return client.exchange("GET " + path + " HTTP/1.1\r\nHost: admin\r\n\r\n");
        }
    }

    /** Asks again and again, until {@code /ready} has this status. */
    void awaitReady(int status) throws Exception {
        adminPort();
        try {
            Eventually.holds("/ready answers " + status, () -> admin("/ready").status() == status);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + ": " + output(), e);
        }
    }

    void terminate() {
        process.destroy();
    }

    boolean alive() {
        return process.isAlive();
    }

    /** What its descriptors stand for, as Linux tells it. */
    List<String> openFiles() throws IOException {
        List<String> open = new ArrayList<>();
        try (var descriptors = Files.newDirectoryStream(Path.of("/proc", String.valueOf(process.pid()), "fd"))) {
            for (Path descriptor : descriptors) {
                open.add(Files.readSymbolicLink(descriptor).toString());
            }
        } catch (NoSuchFileException e) {
            return openFiles(); // closed meanwhile
        }
        return open;
    }

    void kill() {
        process.destroyForcibly();
    }

    int exitCode() throws InterruptedException {
        if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("The gateway does not end: " + output());
        }
        for (var reader : readers) {
            reader.join(TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS));
        }
        return process.exitValue();
    }

    /** Nobody reads the log until {@link #readOn}. */
    void stopReading() {
        reading = new CompletableFuture<>();
    }

    void readOn() {
        reading.complete(null);
    }

    /** What came out on the standard output. */
    List<String> log() {
        synchronized (output) {
            return List.copyOf(log);
        }
    }

    /** The log, and what stands on the standard error, the JVM's own words too. */
    List<String> output() {
        synchronized (output) {
            return List.copyOf(output);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
