package dev.tiergate.demo;

import dev.tiergate.Gateway;
import dev.tiergate.Settings;
import dev.tiergate.entitlement.CatalogueFile;
import dev.tiergate.entitlement.Migrations;
import dev.tiergate.fixtures.Postgres;
import dev.tiergate.fixtures.Redis;
import dev.tiergate.plugins.PluginCatalogue;
import dev.tiergate.routes.LoadResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** All parts of the demo, started in order and stopped in the other one. */
final class RunningDemo implements AutoCloseable {

    private final Options options;
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private String shopUri = "";
    private String gatewayUri = "";
    private String adminUri = "";

    /**
     * @param home where catalogues/ is
     * @param routes the routes.yaml that is served
     * @param plugins a folder of plugins; null for none
     * @param folder for the key and the tokens
     */
    record Options(
            Path home, Path routes, @Nullable Path plugins, Path folder, int port, int adminPort, int shopPort) {}

    private RunningDemo(Options options) {
        this.options = options;
    }

    /** @param progress told what comes next */
    static RunningDemo start(Options options, Consumer<String> progress) throws Exception {
        var demo = new RunningDemo(options);
        try {
            demo.start(progress);
            return demo;
        } catch (Exception e) {
            demo.close();
            throw e;
        }
    }

    private void start(Consumer<String> progress) throws Exception {
        var key = DemoKey.in(options.folder);
        writeTokens(key);
        progress.accept("PostgreSQL");
        var postgres = opened(Postgres.start());
        progress.accept("Redis");
        var redis = opened(Redis.start());
        progress.accept("the legacy shop");
        var vertx = Vertx.vertx(
                new VertxOptions().setFileSystemOptions(new FileSystemOptions().setClassPathResolvingEnabled(false)));
        started.push(() -> await(vertx.close()));
        shopUri = await(LegacyShop.open(vertx, options.shopPort, key.jwks())).uri();
        progress.accept("both catalogues and " + DemoStore.ALL.size() + " stores");
        Migrations.run(postgres.uri());
        CatalogueFile.importInto(postgres.uri(), options.home.resolve("catalogues/orion.yaml"));
        CatalogueFile.importInto(postgres.uri(), options.home.resolve("catalogues/phoenix.yaml"));
        DemoStore.insertAll(postgres.jdbcUrl());
        progress.accept("the gateway");
        openGateway(postgres.uri(), redis.uri());
    }

    @SuppressWarnings("NullAway") // a lookup that may find nothing, whose type does not survive the module's border
    private void openGateway(String database, String redis) throws Exception {
        var environment = new HashMap<String, String>();
        environment.put("TIERGATE_HOST", "127.0.0.1");
        environment.put("TIERGATE_PORT", Integer.toString(options.port));
        environment.put("TIERGATE_ADMIN_PORT", Integer.toString(options.adminPort));
        environment.put("TIERGATE_DATABASE_URL", database);
        environment.put("TIERGATE_MIGRATION_DATABASE_URL", database);
        environment.put("TIERGATE_REDIS_URL", redis);
        environment.put("TIERGATE_DRAIN_DELAY", "0");
        // the first requests of a cold JVM are slow, and the lines that were printed are to be true for them too
        environment.put("TIERGATE_DATABASE_DEADLINE_MS", "5000");
        environment.put("TIERGATE_REDIS_DEADLINE_MS", "5000");
        environment.put("TIERGATE_JWKS_URI", shopUri + "/.well-known/jwks.json");
        environment.put("SHOP_URL", shopUri);
        var loader = PluginCatalogue.load(options.plugins).routes(environment::get);
        var result = loader.load(routes());
        if (result instanceof LoadResult.Rejected rejected) {
            throw new IOException(
                    rejected.problems().stream().map(Object::toString).collect(Collectors.joining("\n")));
        }
        var gateway = await(Gateway.start(
                Settings.from(environment::get), environment::get, loader, routes(), (LoadResult.Loaded) result));
        started.push(() -> await(gateway.drain()));
        gatewayUri = "http://127.0.0.1:" + gateway.port();
        adminUri = "http://127.0.0.1:" + gateway.adminPort();
        await(gateway.ready());
    }

    private void writeTokens(DemoKey key) throws IOException {
        var all = new JsonArray();
        for (var store : DemoStore.ALL) {
            var token = store.token(key);
            Files.writeString(options.folder.resolve(store.tokenFile()), token);
            all.add(new JsonObject()
                    .put("store", store.externalId())
                    .put("plan", store.plan())
                    .put("tier", store.tier())
                    .put("token", token));
        }
        Files.writeString(options.folder.resolve("tokens.json"), all.encodePrettily());
        for (var operator : DemoOperator.values()) {
            Files.writeString(options.folder.resolve(operator.tokenFile()), operator.token(key));
        }
    }

    String curl(CurlTour.Step step) {
        return step.curl(gatewayUri, adminUri, options.folder);
    }

    String gatewayUri() {
        return gatewayUri;
    }

    String adminUri() {
        return adminUri;
    }

    String shopUri() {
        return shopUri;
    }

    Path routes() {
        return options.routes;
    }

    @Override
    public void close() {
        while (!started.isEmpty()) {
            var part = started.pop();
            try {
                part.close();
            } catch (Exception e) {
                LoggerFactory.getLogger(RunningDemo.class).warn("A part of the demo did not stop cleanly", e);
            }
        }
    }

    private <T extends AutoCloseable> T opened(T part) {
        started.push(part);
        return part;
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get();
    }
}
