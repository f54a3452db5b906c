package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tiergate.fixtures.Postgres;
import dev.tiergate.fixtures.Redis;
import dev.tiergate.fixtures.TokenMint;
import dev.tiergate.upstream.Certificates;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Secrets change in their files, and the gateway that runs goes by the new ones; what cannot be used changes nothing. */
class RotationIT {

    private static final String ROUTES = """
            routes:
              - { path: /api/orders, feature: basic_orders, upstream: shop }
              - { path: /free, public: true, upstream: shop }
            """;

    private static final String TAKEN = "tiergate_secret_changes_total{outcome=\"taken\"}";
    private static final String REFUSED = "tiergate_secret_changes_total{outcome=\"refused\"}";
    private static final String RELOADS_REFUSED = "tiergate_config_reloads_total{outcome=\"refused\"}";

    @TempDir
    private Path folder;

    @Test
    void a_token_of_the_old_secret_is_no_token_any_more() throws Exception {
        var secret = put("secret", "old-secret-of-more-than-32-bytes-0001\n");
        var auth = "auth: { jwt: { secret: \"${TOKEN_SECRET}\", algorithms: [ HS256 ] } }\n";
        var old = hmac("old-secret-of-more-than-32-bytes-0001");
        var next = hmac("new-secret-of-more-than-32-bytes-0002");
        try (var gateway =
                        RunningGateway.start(auth + ROUTES, Map.of("TOKEN_SECRET_FILE", secret.toString()), List.of());
                var log = new Heard()) {
            gateway.store("rotated", "business");
            Eventually.holds("the old one is good", () -> orders(gateway, old) == 200);
            assertThat(orders(gateway, next)).isEqualTo(401);

            put("secret", "too-short-canary");
            Eventually.holds("the short one is refused", () -> gateway.metric(RELOADS_REFUSED) == 1);
            assertThat(orders(gateway, old)).isEqualTo(200);
            assertThat(dependency(gateway, "routes")).isEqualTo("degraded");

            put("secret", "new-secret-of-more-than-32-bytes-0002");
            Eventually.holds("the old one is none", () -> orders(gateway, old) == 401);
            for (var loop = 0; loop < 4; loop++) {
                assertThat(orders(gateway, old)).isEqualTo(401);
            }
            assertThat(orders(gateway, next)).isEqualTo(200);
            assertThat(dependency(gateway, "routes")).isEqualTo("up");
            assertThat(log.all()).doesNotContain("canary").doesNotContain("secret-of-more");
        }
    }

    @Test
    void a_token_of_the_old_key_file_is_no_token_any_more() throws Exception {
        var old = TokenMint.rs256("a");
        var next = TokenMint.rs256("b");
        var file = put("key.pem", old.publicKeyPem());
        var auth = "auth: { jwt: { public-keys: [ \"" + file + "\" ], algorithms: [ RS256 ] } }\n";
        try (var gateway = RunningGateway.start(auth + ROUTES, Map.of(), List.of())) {
            gateway.store("rotated", "business");
            Eventually.holds("the old one is good", () -> orders(gateway, old.token(claims())) == 200);
            put("key.pem", "-----BEGIN PUBLIC KEY-----\nno key\n-----END PUBLIC KEY-----\n");
            Eventually.holds("what is no key is refused", () -> gateway.metric(RELOADS_REFUSED) == 1);
            assertThat(orders(gateway, old.token(claims()))).isEqualTo(200);
            put("key.pem", next.publicKeyPem());
            Eventually.holds("the new one is good", () -> orders(gateway, next.token(claims())) == 200);
            assertThat(orders(gateway, old.token(claims()))).isEqualTo(401);
        }
    }

    @Test
    void a_new_certificate_is_shown_to_new_connections() throws Exception {
        var first = Certificates.keyStore(Files.createDirectory(folder.resolve("first")), "dns:localhost");
        var second = Certificates.keyStore(Files.createDirectory(folder.resolve("second")), "dns:localhost");
        var chain = copy(Certificates.pem(first), "tls.crt");
        var key = copy(Certificates.privateKey(first), "tls.key");
        var vertx = Vertx.vertx();
        try (var gateway = RunningGateway.start(
                        ROUTES,
                        Map.of("TIERGATE_TLS_CERT", chain.toString(), "TIERGATE_TLS_KEY", key.toString()),
                        List.of());
                var log = new Heard()) {
            var before = serial(vertx, gateway, HttpVersion.HTTP_1_1);
            assertThat(serial(vertx, gateway, HttpVersion.HTTP_2)).isEqualTo(before);

            copy(Certificates.pem(second), "tls.crt");
            Eventually.holds("a certificate without its key is refused", () -> gateway.metric(REFUSED) == 1);
            assertThat(serial(vertx, gateway, HttpVersion.HTTP_1_1)).isEqualTo(before);
            assertThat(dependency(gateway, "secrets")).isEqualTo("degraded");

            copy(Certificates.privateKey(second), "tls.key");
            Eventually.holds("both are taken", () -> gateway.metric(TAKEN) == 1);
            for (var version : List.of(HttpVersion.HTTP_1_1, HttpVersion.HTTP_2)) {
                assertThat(serial(vertx, gateway, version)).isNotEqualTo(before);
            }
            assertThat(dependency(gateway, "secrets")).isEqualTo("up");
            assertThat(log.all()).doesNotContain("PRIVATE KEY");
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    @Test
    void a_new_password_of_postgresql_is_used_by_loads_changes_and_the_admin_api() throws Exception {
        try (var postgres = Postgres.embedded();
                var redis = Redis.embedded()) {
            var owner = postgres.createDatabase();
            sql(owner, "CREATE ROLE gate LOGIN SUPERUSER PASSWORD 'old-canary'");
            requirePasswords(owner);
            var file = put("url", as(owner, "old-canary"));
            try (var gateway = RunningGateway.start(
                            ROUTES,
                            Map.of(
                                    "TIERGATE_DATABASE_URL",
                                    "",
                                    "TIERGATE_DATABASE_URL_FILE",
                                    file.toString(),
                                    "TIERGATE_REDIS_URL",
                                    redis.uri()),
                            List.of());
                    var log = new Heard()) {
                store(owner, "rotated");
                Eventually.holds(
                        "it serves", () -> gateway.get("rotated", "/api/orders").status() == 200);
                sql(owner, "ALTER ROLE gate PASSWORD 'new-canary'");
                cutOff(owner);
                put("url", as(owner, "new-canary"));
                Eventually.holds("it is taken", () -> gateway.metric(TAKEN) == 1);
                store(owner, "2");
                Eventually.holds(
                        "it loads", () -> gateway.get("2", "/api/orders").status() == 200);
                Eventually.holds("it listens", () -> listening(owner));
                assertThat(gateway.admin("GET", "/api/v1/admin/stores", "", Map.of())
                                .status())
                        .isEqualTo(200);
                put("url", "no-url-canary");
                Eventually.holds("what is no URL is refused", () -> gateway.metric(REFUSED) == 1);
                assertThat(gateway.get("2", "/api/orders").status()).isEqualTo(200);
                assertThat(log.all()).doesNotContain("canary");
                assertThat(gateway.admin("/ready").text()).doesNotContain("canary");
            }
        }
    }

    @Test
    void a_new_password_of_redis_is_used_at_the_next_connection() throws Exception {
        try (var redis = Redis.embedded()) {
            command(redis, null, "CONFIG SET requirepass old-canary");
            var file = put("url", "redis://:old-canary@127.0.0.1:" + redis.port());
            try (var gateway = RunningGateway.start(
                            "gating: { on-limits-down: deny }\n" + ROUTES,
                            Map.of("TIERGATE_REDIS_URL", "", "TIERGATE_REDIS_URL_FILE", file.toString()),
                            List.of());
                    var log = new Heard()) {
                gateway.store("rotated", "business");
                Eventually.holds(
                        "it counts", () -> gateway.get("rotated", "/api/orders").status() == 200);
                command(redis, "old-canary", "CONFIG SET requirepass new-canary");
                command(redis, "new-canary", "CLIENT KILL TYPE normal SKIPME yes");
                Eventually.holds(
                        "it is away",
                        () -> gateway.get("rotated", "/api/orders").status() == 503);
                put("url", "redis://:new-canary@127.0.0.1:" + redis.port());
                Eventually.holds(
                        "it counts again",
                        () -> gateway.get("rotated", "/api/orders").status() == 200);
                assertThat(gateway.metric(TAKEN)).isEqualTo(1);
                assertThat(log.all()).doesNotContain("canary");
            }
        }
    }

    private Path put(String name, String text) throws IOException {
        var next = Files.writeString(folder.resolve(name + ".next"), text);
        return Files.move(next, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private Path copy(Path from, String name) throws IOException {
        return put(name, Files.readString(from));
    }

    private static Map<String, Object> claims() {
        var now = Instant.now().getEpochSecond();
        return Map.of("store_id", "rotated", "sub", "user-1", "iat", now, "exp", now + 3600);
    }

    private static String hmac(String secret) {
        return TokenMint.hs256("k", secret.getBytes(StandardCharsets.UTF_8)).token(claims());
    }

    private static int orders(RunningGateway gateway, String token) {
        return gateway.exchange(
                        "GET /api/orders HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer " + token + "\r\n\r\n")
                .status();
    }

    private static String dependency(RunningGateway gateway, String name) {
        return new JsonObject(gateway.admin("/ready").text())
                .getJsonObject("dependencies")
                .getJsonObject(name)
                .getString("state");
    }

    private static String serial(Vertx vertx, RunningGateway gateway, HttpVersion version) throws Exception {
        var client = vertx.createHttpClient(new HttpClientOptions()
                .setSsl(true)
                .setTrustAll(true)
                .setUseAlpn(true)
                .setAlpnVersions(List.of(version))
                .setProtocolVersion(version));
        try {
            return gateway.await(client.request(HttpMethod.GET, gateway.port(), "localhost", "/free")
                    .compose(request -> request.send())
                    .map(answer -> {
                        assertThat(answer.version()).isEqualTo(version);
                        assertThat(answer.statusCode()).isEqualTo(200);
                        try {
                            var session = answer.request().connection().sslSession();
                            return ((X509Certificate) session.getPeerCertificates()[0])
                                    .getSerialNumber()
                                    .toString();
                        } catch (IOException e) {
                            throw new IllegalStateException(e);
                        }
                    }));
        } finally {
            gateway.await(client.close());
        }
    }

    /** The embedded server trusts everybody; from now on the role {@code gate} needs its password. */
    private static void requirePasswords(String owner) throws Exception {
        try (var connection = DriverManager.getConnection(Postgres.jdbcUrl(owner));
                var sql = connection.createStatement();
                var row = sql.executeQuery("SHOW hba_file")) {
            row.next();
            var file = Path.of(row.getString(1));
            Files.writeString(file, "host all gate all scram-sha-256\n" + Files.readString(file));
        }
        sql(owner, "SELECT pg_reload_conf()");
        Eventually.holds("passwords are asked for", () -> {
            try {
                DriverManager.getConnection(Postgres.jdbcUrl(as(owner, "wrong")))
                        .close();
                return false;
            } catch (SQLException e) {
                return true;
            }
        });
    }

    private static String as(String owner, String password) {
        var uri = URI.create(owner);
        return "postgresql://gate:" + password + "@" + uri.getHost() + ":" + uri.getPort() + uri.getPath();
    }

    private static void store(String owner, String id) throws Exception {
        sql(
                owner,
                "INSERT INTO stores (external_id, code, name, plan, tier_code, status) VALUES ('" + id + "', 'store-"
                        + id + "', 'Store', 'orion', 'business', 'active')");
    }

    private static void cutOff(String owner) throws Exception {
        sql(owner, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'gate'");
    }

    private static boolean listening(String owner) throws Exception {
        try (var connection = DriverManager.getConnection(Postgres.jdbcUrl(owner));
                var sql = connection.createStatement();
                var row = sql.executeQuery(
                        "SELECT count(*) FROM pg_stat_activity WHERE usename = 'gate' AND query LIKE 'LISTEN%'")) {
            row.next();
            return row.getInt(1) == 1;
        }
    }

    private static void sql(String owner, String statement) throws Exception {
        try (var connection = DriverManager.getConnection(Postgres.jdbcUrl(owner));
                var sql = connection.createStatement()) {
            sql.execute(statement);
        }
    }

    private static void command(Redis redis, String password, String command) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), redis.port())) {
            var login = password == null ? "" : "AUTH " + password + "\r\n";
            socket.getOutputStream().write((login + command + "\r\n").getBytes(StandardCharsets.UTF_8));
            var lines = password == null ? 1 : 2;
            while (lines > 0) {
                var read = socket.getInputStream().read();
                assertThat(read).as(command).isNotEqualTo('-').isNotNegative();
                lines -= read == '\n' ? 1 : 0;
            }
        }
    }

    /** All that the gateway logs. */
    private static final class Heard implements AutoCloseable {

        private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
        private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);

        Heard() {
            lines.start();
            root.addAppender(lines);
        }

        String all() {
            var text = new StringBuilder();
            for (var line : List.copyOf(lines.list)) {
                text.append(line.getFormattedMessage()).append('\n');
                if (line.getThrowableProxy() != null) {
                    text.append(line.getThrowableProxy().getMessage()).append('\n');
                }
            }
            return text.toString();
        }

        @Override
        public void close() {
            root.detachAppender(lines);
        }
    }
}
