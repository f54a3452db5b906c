package dev.tiergate;

import dev.tiergate.fixtures.RawClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The gateway as an operator runs it: a JVM of its own, on free ports. */
final class GatewayProcess implements AutoCloseable {

    private static final Pattern SERVING = Pattern.compile("on port (\\d+), admin on port (\\d+)");
    private static final long DEADLINE_SECONDS = 60;

    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private final CompletableFuture<int[]> ports = new CompletableFuture<>();
    private final Thread reader;

    private GatewayProcess(Process process) {
        this.process = process;
        this.reader = new Thread(this::read, "gateway output");
        reader.setDaemon(true);
        reader.start();
    }

    /** @param environment besides the ports, which are free ones */
    static GatewayProcess start(Path routes, Map<String, String> environment) throws IOException {
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
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .putAll(Map.of("TIERGATE_HOST", "127.0.0.1", "TIERGATE_PORT", "0", "TIERGATE_ADMIN_PORT", "0"));
        builder.environment().putAll(environment);
        return new GatewayProcess(builder.start());
    }

    private void read() {
        try (BufferedReader output = process.inputReader()) {
            for (var line = output.readLine(); line != null; line = output.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                }
                var serving = SERVING.matcher(line);
                if (serving.find()) {
                    ports.complete(new int[] {Integer.parseInt(serving.group(1)), Integer.parseInt(serving.group(2))});
                }
            }
        } catch (IOException e) {
            ports.completeExceptionally(e);
        }
        ports.completeExceptionally(new IllegalStateException("The gateway ended before it served: " + output()));
    }

    int port() throws Exception {
        return ports.get(DEADLINE_SECONDS, TimeUnit.SECONDS)[0];
    }

    int adminPort() throws Exception {
        return ports.get(DEADLINE_SECONDS, TimeUnit.SECONDS)[1];
    }

    RawClient.Response admin(String path) throws Exception {
        try (var client = RawClient.connect(adminPort())) {
            return client.exchange("GET " + path + " HTTP/1.1\r\nHost: admin\r\n\r\n");
        }
    }

    /** Asks again and again, until {@code /ready} has this status. */
    void awaitReady(int status) throws Exception {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (admin("/ready").status() != status) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("/ready never answered " + status + ": " + output());
            }
            Thread.onSpinWait();
        }
    }

    void terminate() {
        process.destroy();
    }

    void kill() {
        process.destroyForcibly();
    }

    int exitCode() throws InterruptedException {
        if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("The gateway does not end: " + output());
        }
        reader.join(TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS));
        return process.exitValue();
    }

    List<String> output() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
