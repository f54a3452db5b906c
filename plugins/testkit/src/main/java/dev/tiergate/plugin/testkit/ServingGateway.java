package dev.tiergate.plugin.testkit;

import dev.tiergate.Gateway;
import dev.tiergate.Settings;
import dev.tiergate.entitlement.StoresFile;
import dev.tiergate.entitlement.StoresImport;
import dev.tiergate.fixtures.Postgres;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.RecordingBackend;
import dev.tiergate.fixtures.Redis;
import dev.tiergate.plugins.PluginCatalogue;
import dev.tiergate.routes.LoadResult;
import dev.tiergate.routes.RoutesLoader;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A gateway in this process with its backend, a database of its own, and the plugins of the class path. */
final class ServingGateway implements AutoCloseable {

    /** Far above what anything takes on a busy machine, far below a hung build. */
    private static final long PATIENCE_SECONDS = 60;

    private static final String REFUSED = "tiergate_config_reloads_total{outcome=\"refused\"}";

    private final Path folder = temporaryFolder();
    private final RecordingBackend backend;
    private final String database = Postgres.shared().createDatabase();
    private final Map<String, String> variables = new LinkedHashMap<>();
    private final RoutesLoader loader;
    private final Gateway gateway;

    /** @param environment settings, and variables that routes.yaml names, besides the usual ones or instead of them */
    @SuppressWarnings("NullAway") // a lookup that may find nothing, whose type does not survive the module's border
    private ServingGateway(String routes, RecordingBackend backend, Map<String, String> environment) throws Exception {
        this.backend = backend;
        setUsual();
        variables.putAll(environment);
        this.loader = PluginCatalogue.ofClassPath().routes(variables::get);
        var loaded = write(routes);
        this.gateway =
                await(Gateway.start(Settings.from(variables::get), variables::get, loader, routesFile(), loaded));
    }

    private void setUsual() {
        variables.put("TIERGATE_HOST", "127.0.0.1");
        variables.put("TIERGATE_PORT", "0");
        variables.put("TIERGATE_ADMIN_PORT", "0");
        variables.put("TIERGATE_DATABASE_URL", database);
        variables.put("TIERGATE_MIGRATION_DATABASE_URL", database);
        variables.put("TIERGATE_REDIS_URL", Redis.shared().uri());
        variables.put("TIERGATE_EVENT_LOOPS", "2");
        variables.put("TIERGATE_DRAIN_DELAY", "0");
        // a machine that is busy with other work must not look like a store that is away
        variables.put("TIERGATE_DATABASE_DEADLINE_MS", "10000");
        variables.put("TIERGATE_REDIS_DEADLINE_MS", "10000");
        variables.put("SHOP", backend.uri());
    }

    /** Serves, and is ready. */
    static ServingGateway start(String routes, Map<String, String> environment) throws Exception {
        var backend = RecordingBackend.start();
        try {
            var serving = new ServingGateway(routes, backend, environment);
            await(serving.gateway.ready());
            return serving;
        } catch (Exception e) {
            backend.close();
            throw e;
        }
    }

    /** Serves other routes when it returns. */
    void serve(String routes) {
        var refused = metric(REFUSED);
        write(routes);
        await(gateway.checkRoutes());
        if (metric(REFUSED) > refused) {
            throw new IllegalArgumentException("the gateway refuses these routes, which its catalogue does not fit");
        }
    }

    /** A series' value; 0 where there is none yet. */
    double metric(String series) {
        return metrics().stream()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    List<String> metrics() {
        try (var client = RawClient.connect(gateway.adminPort())) {
            return client.exchange("GET /metrics HTTP/1.1\r\nHost: admin\r\n\r\n")
                    .text()
                    .lines()
                    .toList();
        }
    }

    /** By a rename, as editors do it. */
    private LoadResult.Loaded write(String routes) {
        var text = RoutesText.whole(routes);
        var result = loader.load("routes.yaml", text, null);
        if (result instanceof LoadResult.Rejected rejected) {
            throw new IllegalArgumentException(rejected.problems().toString());
        }
        try {
            var next = Files.writeString(folder.resolve("next.yaml"), text);
            Files.move(next, routesFile(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return (LoadResult.Loaded) result;
    }

    private Path routesFile() {
        return folder.resolve("routes.yaml");
    }

    /** @param tiers by the stores' external ids */
    void writeStores(Map<String, String> tiers) {
        var lines = new StringBuilder("external_id,name,tier\n");
        tiers.forEach((id, tier) -> lines.append(id + "," + id + "," + tier + "\n"));
        try {
            var file = Files.writeString(folder.resolve("stores.csv"), lines);
            StoresImport.run(database, StoresFile.read(file), false, done -> {});
            Files.delete(file);
        } catch (Exception e) {
            throw new IllegalStateException("the stores cannot be written", e);
        }
    }

    RecordingBackend backend() {
        return backend;
    }

    int port() {
        return gateway.port();
    }

    @Override
    public void close() throws IOException {
        await(gateway.drain());
        backend.close();
        Files.deleteIfExists(routesFile());
        Files.deleteIfExists(folder);
    }

    private static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("tiergate-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("the gateway does not answer", e);
        }
    }
}
