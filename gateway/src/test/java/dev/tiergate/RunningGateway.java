package dev.tiergate;

import dev.tiergate.OpenApi.Listener;
import dev.tiergate.entitlement.MigratedDatabase;
import dev.tiergate.fixtures.Postgres;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.RecordingBackend;
import dev.tiergate.fixtures.Redis;
import dev.tiergate.fixtures.TokenIssuer;
import dev.tiergate.fixtures.TokenMint;
import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugin.QuotaFactory;
import dev.tiergate.plugins.PluginCatalogue;
import dev.tiergate.routes.LoadResult;
import dev.tiergate.routes.RoutesLoader;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A whole gateway with real stores and a recording backend. Its routes.yaml begins with upstream {@code shop} and, unless
 * the test has an {@code auth:} of its own, the rules for tokens of stores and of operators; a test brings the rest.
 */
public final class RunningGateway implements AutoCloseable {

    public static final String ISSUER = "https://id.example.com/";
    public static final String AUDIENCE = "shop";
    public static final String ADMIN_AUDIENCE = "tiergate-admin";

    /** Of all gateways of a JVM: a key takes longer to make than a gateway to start. */
    private static final TokenIssuer STORES = new TokenIssuer(TokenMint.rs256("kid-1"), ISSUER, AUDIENCE);

    private static final TokenIssuer OPERATORS = new TokenIssuer(TokenMint.rs256("admin-1"), ISSUER, ADMIN_AUDIENCE);

    private static final Duration TOKEN_LIFETIME = Duration.ofHours(1);

    private static final long DEADLINE_SECONDS = 30;
    private static final String END_OF_HEAD = "\r\n\r\n";
    private static final int FIRST_REFUSAL = 300;

    private static final String HEAD = """
            version: 1
            upstreams:
              shop: { endpoints: [ "${SHOP}" ], connect-timeout: 1s, response-timeout: 5s, idle-timeout: 5s }
            """;

    private static final String AUTH = """
            auth:
              jwt:
                public-keys: [ "${KEY}" ]
                algorithms: [ RS256 ]
                issuer: https://id.example.com/
                audience: shop
                cookie: tiergate
            """;

    private static final String ADMIN = """
            admin:
              jwt:
                public-keys: [ "${ADMIN_KEY}" ]
                algorithms: [ RS256 ]
                issuer: https://id.example.com/
                audience: tiergate-admin
            """;

    private final Path folder;
    private final RecordingBackend backend;
    private final String database;
    private final Map<String, String> environment = new HashMap<>();
    private Gateway gateway;
    private @Nullable Future<Void> drained;

    private RunningGateway(Path folder, String redis, Map<String, String> extra) throws IOException {
        this.folder = folder;
        this.backend = RecordingBackend.start();
        var given = extra.get("TIERGATE_DATABASE_URL");
        this.database = given == null ? MigratedDatabase.create() : given;
        environment.put("TIERGATE_HOST", "127.0.0.1");
        environment.put("TIERGATE_PORT", "0");
        environment.put("TIERGATE_ADMIN_PORT", "0");
        environment.put("TIERGATE_DATABASE_URL", database);
        environment.put("TIERGATE_REDIS_URL", redis);
        environment.put("TIERGATE_EVENT_LOOPS", "2");
        environment.put("TIERGATE_DRAIN_DELAY", "0");
        // a machine that is busy with other work must not look like a store that is away
        environment.put("TIERGATE_DATABASE_DEADLINE_MS", "10000");
        environment.put("TIERGATE_REDIS_DEADLINE_MS", "10000");
        environment.put("SHOP", backend.uri());
        environment.put("KEY", STORES.mint().publicKeyPem());
        environment.put("ADMIN_KEY", OPERATORS.mint().publicKeyPem());
        environment.putAll(extra);
    }

    /** Serves the given routes, and waits until it is ready. */
    public static RunningGateway start(String routes) throws Exception {
        return start(routes, Map.of(), List.of());
    }

    public static RunningGateway start(String routes, Map<String, String> environment, List<CheckFactory<?>> plugins)
            throws Exception {
        var running = begin(routes, environment, plugins);
        running.await(running.gateway.ready());
        return running;
    }

    /** The same, but it need not be ready. */
    public static RunningGateway begin(String routes, Map<String, String> environment, List<CheckFactory<?>> plugins)
            throws Exception {
        return begin(routes, environment, plugins, PluginCatalogue.ofClassPath().quotas());
    }

    /** With limits that these count, and without plugins. */
    public static RunningGateway counting(String routes, Map<String, String> environment, List<QuotaFactory<?>> quotas)
            throws Exception {
        var running = begin(routes, environment, List.of(), quotas);
        running.await(running.gateway.ready());
        return running;
    }

    private static RunningGateway begin(
            String routes, Map<String, String> environment, List<CheckFactory<?>> plugins, List<QuotaFactory<?>> quotas)
            throws Exception {
        var folders = Files.createDirectories(Path.of("target", "gateways"));
        var running = new RunningGateway(
                Files.createTempDirectory(folders, "gateway"), Redis.shared().uri(), environment);
        running.open(routes, plugins, quotas);
        return running;
    }

    private void open(String routes, List<CheckFactory<?>> plugins, List<QuotaFactory<?>> quotas) throws Exception {
        write(routes);
        var variables = SecretFiles.behind(environment::get);
        var loader =
                new RoutesLoader(plugins, quotas, PluginCatalogue.ofClassPath().sinks(), variables);
        var result = loader.load(routesFile());
        if (result instanceof LoadResult.Rejected rejected) {
            throw new IllegalArgumentException(rejected.problems().toString());
        }
        gateway = await(
                Gateway.start(Settings.from(variables), variables, loader, routesFile(), (LoadResult.Loaded) result));
    }

    /** Puts other routes into the file, by a rename as editors do it; they serve when {@link Gateway#checkRoutes} is done. */
    public void write(String routes) throws IOException {
        write(whole(routes).getBytes(StandardCharsets.UTF_8));
    }

    /** The file as {@link #write(String)} makes it. */
    public String whole(String routes) {
        return HEAD + (routes.startsWith("auth:") ? "" : AUTH + ADMIN) + routes;
    }

    /** Puts these bytes in the file's place, and nothing before them. */
    public void write(byte[] bytes) throws IOException {
        var next = folder.resolve("next.yaml");
        Files.write(next, bytes);
        Files.move(next, routesFile(), StandardCopyOption.ATOMIC_MOVE);
    }

    public Path routesFile() {
        return folder.resolve("routes.yaml");
    }

    public Gateway gateway() {
        return gateway;
    }

    public RecordingBackend backend() {
        return backend;
    }

    public TokenMint mint() {
        return STORES.mint();
    }

    public int port() {
        return gateway.port();
    }

    /** As {@code postgresql://…}. */
    public String database() {
        return database;
    }

    /** Writes a store of the plan {@code orion}; it is found at its first request. */
    public void store(String externalId, String tier) {
        sql("INSERT INTO stores (external_id, code, name, plan, tier_code, status) VALUES ('" + externalId
                + "', 'store-" + externalId + "', 'Store " + externalId + "', 'orion', '" + tier + "', 'active')");
    }

    /** Changes the database as an operator would, by hand. */
    public void sql(String statement) {
        try (var connection = DriverManager.getConnection(Postgres.jdbcUrl(database));
                var sql = connection.createStatement()) {
            sql.execute(statement);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A good token for a store, valid for an hour. */
    public String token(String store) {
        return token(store, Map.of());
    }

    /** @param more claims besides, or instead of, the usual ones */
    public String token(String store, Map<String, ?> more) {
        var claims = new LinkedHashMap<String, Object>();
        claims.put("store_id", store);
        claims.put("sub", "user-1");
        claims.putAll(more);
        return STORES.token(claims, TOKEN_LIFETIME);
    }

    /** One request on a connection of its own, with a store's token. */
    public RawClient.Response get(String store, String target) {
        return exchange("GET " + target + " HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer " + token(store)
                + "\r\nAccept: application/json\r\n\r\n");
    }

    /** Exact bytes, on a connection of its own. An answer that the backend did not give is held against openapi.yaml. */
    public RawClient.Response exchange(String request) {
        try (var client = RawClient.connect(port())) {
            client.send(request);
            var answer = request.startsWith("HEAD ") ? client.readHead() : client.read();
            verify(Listener.PUBLIC, request, answer);
            return answer;
        }
    }

    /** The answer to a GET on the admin listener, held against openapi.yaml. */
    public RawClient.Response admin(String path) {
        try (var client = RawClient.connect(gateway.adminPort())) {
            var request = "GET " + path + " HTTP/1.1\r\nHost: admin\r\n\r\n";
            var answer = client.exchange(request);
            verify(Listener.ADMIN, request, answer);
            return answer;
        }
    }

    /** A good token of an operator, valid for an hour; {@code sub} is the first role, or {@code nobody}. */
    public String adminToken(String... roles) {
        return adminToken(Map.of("roles", List.of(roles), "sub", roles.length == 0 ? "nobody" : roles[0]));
    }

    /** @param more claims besides, or instead of, the usual ones */
    public String adminToken(Map<String, ?> more) {
        var claims = new LinkedHashMap<String, Object>();
        claims.put("sub", "operator");
        claims.putAll(more);
        return OPERATORS.token(claims, TOKEN_LIFETIME);
    }

    /**
     * One request to the admin API on a connection of its own, its answer held against openapi.yaml.
     *
     * @param body sent as UTF-8 with {@code Content-Type: application/json} unless the headers have another; none where empty
     * @param headers by name; {@code Authorization} is an admin's unless given, and left out where given as empty
     */
    public RawClient.Response admin(String method, String path, String body, Map<String, String> headers) {
        var all = new LinkedHashMap<String, String>();
        all.put("Host", "admin");
        all.put("Authorization", "Bearer " + adminToken("admin"));
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0) {
            all.put("Content-Type", "application/json");
            all.put("Content-Length", String.valueOf(bytes.length));
        }
        all.putAll(headers);
        var head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
        all.forEach((name, value) -> head.append(value.isEmpty() ? "" : name + ": " + value + "\r\n"));
        try (var client = RawClient.connect(gateway.adminPort())) {
            client.send(head + "\r\n");
            if (bytes.length > 0) {
                client.send(bytes);
            }
            var answer = client.read();
            verify(Listener.ADMIN, method + " " + path + "\r\n\r\n" + body, answer);
            return answer;
        }
    }

    private static void verify(Listener listener, String request, RawClient.Response answer) {
        if (answer.header(RecordingBackend.MARK).isEmpty()) {
            var line = request.lines().findFirst().orElse("").split(" ", 3);
            var path = line.length > 1 ? line[1] : "";
            OpenApi.ours().verify(listener, line[0], path, answer);
            var head = request.indexOf(END_OF_HEAD);
            if (answer.status() < FIRST_REFUSAL && head >= 0 && head + END_OF_HEAD.length() < request.length()) {
                OpenApi.ours().verifyBody(listener, line[0], path, request.substring(head + END_OF_HEAD.length()));
            }
        }
    }

    /** A series' value, by its whole name with labels as {@code /metrics} writes them; 0 where it does not exist yet. */
    public double metric(String series) {
        return admin("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    /** Waits for a future of the gateway's, not longer than a test may hang. */
    public <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    /** Begins the drain whose end {@link #close} waits for. */
    public Future<Void> drain() {
        var begun = drained == null ? gateway.drain() : drained;
        drained = begun;
        return begun;
    }

    @Override
    public void close() throws Exception {
        await(drain());
        backend.close();
    }
}
