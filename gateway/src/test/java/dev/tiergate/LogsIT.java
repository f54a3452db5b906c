package dev.tiergate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Postgres;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.Redis;
import dev.tiergate.fixtures.TokenMint;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client sends can fill a log line's values, and never makes a line, a key or a series of its own. */
class LogsIT {

    private static final String ROUTES = """
            version: 1
            upstreams: { shop: { endpoints: [ "http://127.0.0.1:1" ] } }
            auth:
              jwt:
                public-keys: [ "${KEY}" ]
                algorithms: [ RS256 ]
                issuer: https://id.example.com/
                audience: shop
                cookie: tiergate
            routes:
              - { path: /gated/**, feature: advanced_analytics, upstream: shop }
            """;

    private static final List<String> PAYLOADS = List.of(
            "a\r\nb",
            "a\nb",
            "a\rb",
            "a\u001b[31mred",
            "a\u2028b",
            "a\u2029b",
            "a\u0085b",
            "a\u0000b",
            "a\tb",
            "\"}",
            "\", \"level\": \"ERROR\"",
            "\\",
            "\\\"",
            "\\n",
            "{\"level\":\"INFO\"}",
            "${jndi:ldap://127.0.0.1/a}",
            "%msg%n",
            "{}",
            "\ud83d\ude00",
            "x".repeat(3000));

    private static final int PATHS = 10_000;
    /** Requests that wait on a connection, so that a path costs no way there and back of its own. */
    private static final int AT_ONCE = 100;

    private static final TokenMint MINT = TokenMint.rs256("kid-1");

    @TempDir
    private static Path folder;

    private static GatewayProcess gateway;

    @BeforeAll
    static void start() throws Exception {
        var database = Postgres.shared().createDatabase();
        gateway = GatewayProcess.start(
                Files.writeString(folder.resolve("routes.yaml"), ROUTES),
                Map.of(
                        "KEY",
                        MINT.publicKeyPem(),
                        "TIERGATE_DATABASE_URL",
                        database,
                        "TIERGATE_REDIS_URL",
                        Redis.shared().uri(),
                        "TIERGATE_DATABASE_DEADLINE_MS",
                        "10000",
                        "TIERGATE_LOG_LEVEL",
                        "debug"));
        gateway.awaitReady(200);
        try (var connection = DriverManager.getConnection(Postgres.jdbcUrl(database));
                var sql = connection.createStatement()) {
            sql.execute("INSERT INTO stores (external_id, code, name, plan, tier_code)"
                    + " VALUES ('logged', 'logged', 'Logged', 'orion', 'essential')");
        }
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void each_refusal_is_one_line_of_json_whatever_the_request_holds() throws Exception {
        var before = gateway.log().size();
        var refused = 0;
        for (var payload : PAYLOADS) {
            var escaped = URLEncoder.encode(payload, UTF_8).replace("+", "%20");
            for (var request : List.of(
                    request("/gated/" + escaped, "user-1", ""),
                    request("/gated/x", "user-1", "X-Request-Id: " + payload + "\r\n"),
                    request("/gated/x", payload, ""))) {
                var status = status(request);
                assertThat(status).isBetween(400, 499);
                refused += status == 401 ? 0 : 1;
            }
        }
        var expected = refused;
        Eventually.holds(expected + " lines", () -> withoutThrottled(before).size() >= expected);
        assertThat(withoutThrottled(before)).hasSize(expected);
        for (var line : gateway.log()) {
            assertThat(new JsonObject(line).fieldNames()).as(line).contains("level", "message", "timestamp");
        }
    }

    @Test
    void no_token_cookie_query_header_or_body_is_written_at_any_level() throws Exception {
        var before = gateway.log().size();
        var token = token("user-1");
        assertThat(status("POST /gated/x?password=canary-query HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer "
                        + token
                        + "\r\nCookie: tiergate=canary-cookie\r\nX-Api-Key: canary-header\r\nContent-Length: 11\r\n\r\n"
                        + "canary-body"))
                .isEqualTo(403);
        // one at least that is not throttled
        Eventually.holds("a 401 is written", () -> {
            assertThat(status("GET /gated/x HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer canary.to.ken\r\n\r\n"))
                    .isEqualTo(401);
            return refusals(before).stream().anyMatch(line -> line.getInteger("status") == 401);
        });
        Eventually.holds("the 403 too", () -> !withoutThrottled(before).isEmpty());
        var all =
                String.join("\n", gateway.output()) + gateway.admin("/metrics").text();
        assertThat(all).doesNotContain("canary").doesNotContain(token.substring(token.lastIndexOf('.')));
    }

    @Test
    void ten_thousand_paths_make_no_series() throws Exception {
        status(request("/gated/first", "user-1", ""));
        status(request("/nowhere/first", "user-1", ""));
        var before = series();
        var rest = rest("user-1", "");
        try (var client = RawClient.connect(gateway.port())) {
            for (var sent = 0; sent < PATHS; sent += AT_ONCE) {
                client.send(IntStream.range(sent, sent + AT_ONCE)
                        .mapToObj(i ->
                                "GET " + (i % 2 == 0 ? "/gated/" : "/nowhere/") + Integer.toHexString(i * 7919) + rest)
                        .collect(Collectors.joining()));
                for (var i = 0; i < AT_ONCE; i++) {
                    assertThat(client.readNext().status()).isBetween(400, 499);
                }
            }
        }
        assertThat(series()).isEqualTo(before);
    }

    private static List<String> series() throws Exception {
        return gateway.admin("/metrics")
                .text()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.substring(0, line.lastIndexOf(' ')))
                .sorted()
                .collect(Collectors.toList());
    }

    /** Of 401s, which anybody can cause, only ten a second are written. */
    private static List<JsonObject> withoutThrottled(int from) {
        return refusals(from).stream()
                .filter(line -> line.getInteger("status") != 401)
                .toList();
    }

    /** @param from the first line that is looked at */
    private static List<JsonObject> refusals(int from) {
        var log = gateway.log();
        return log.subList(from, log.size()).stream()
                .map(JsonObject::new)
                .filter(line -> line.containsKey("reason_code"))
                .toList();
    }

    private static String request(String path, String user, String headers) {
        return "GET " + path + rest(user, headers);
    }

    /** What follows a path. */
    private static String rest(String user, String headers) {
        return " HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer " + token(user) + "\r\n" + headers + "\r\n";
    }

    private static int status(String request) throws Exception {
        try (var client = RawClient.connect(gateway.port())) {
            return client.send(request.getBytes(request.contains("X-Request-Id") ? UTF_8 : ISO_8859_1))
                    .read()
                    .status();
        }
    }

    private static String token(String user) {
        var now = Instant.now().getEpochSecond();
        var claims = new LinkedHashMap<String, Object>();
        claims.put("iss", "https://id.example.com/");
        claims.put("aud", "shop");
        claims.put("store_id", "logged");
        claims.put("sub", user);
        claims.put("iat", now);
        claims.put("exp", now + 3600);
        return MINT.token(claims);
    }
}
