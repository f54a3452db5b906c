package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiergate.fixtures.RawClient;
import dev.tiergate.upstream.Certificates;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every protocol that clients speak, through the whole gateway and its gate. */
class ProtocolsIT {

    private static final int PIECE = 1 << 20;
    private static final int PIECES = 64;
    private static final String OPEN = "/api/analytics/x";

    private static final String ROUTES = """
            routes:
              - { path: /api/analytics/**, feature: advanced_analytics, upstream: shop }
              - path: /api/chat
                feature: advanced_analytics
                model: { from: [ header, body ], name: X-Model }
                charge: [ { limit: orders } ]
                idempotency-key: optional
                upstream: shop
            """;

    @TempDir
    private static Path folder;

    private static Vertx vertx;
    private static RunningGateway gateway;
    private static RunningGateway secure;
    private static Path trusted;

    @BeforeAll
    static void start() throws Exception {
        vertx = Vertx.vertx();
        var keys = Certificates.keyStore(folder, "dns:localhost");
        trusted = Certificates.pem(keys);
        gateway = RunningGateway.start(ROUTES);
        secure = RunningGateway.start(
                ROUTES,
                Map.of(
                        "TIERGATE_TLS_CERT",
                        trusted.toString(),
                        "TIERGATE_TLS_KEY",
                        Certificates.privateKey(keys).toString()),
                List.of());
        for (var each : List.of(gateway, secure)) {
            each.store("1", "essential");
            each.store("2", "business");
        }
    }

    @AfterAll
    static void stop() throws Exception {
        await(vertx.close());
        gateway.close();
        secure.close();
    }

    @BeforeEach
    void forget() {
        gateway.backend().reset();
        secure.backend().reset();
    }

    private record Seen(HttpVersion version, int status, Buffer body) {}

    @Test
    void over_tls_a_client_may_choose_http_2_or_http_1_1() throws Exception {
        for (var version : List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1)) {
            var options = new HttpClientOptions()
                    .setSsl(true)
                    .setUseAlpn(true)
                    .setAlpnVersions(List.of(version))
                    .setProtocolVersion(version)
                    .setTrustOptions(new PemTrustOptions().addCertPath(trusted.toString()));
            var client = vertx.createHttpClient(options);
            var allowed = get(client, secure, "localhost", "2");
            assertThat(allowed.version()).isEqualTo(version);
            assertThat(allowed.status()).isEqualTo(200);
            assertThat(secure.backend().last().header("X-Forwarded-Proto")).contains("https");
            var denied = get(client, secure, "localhost", "1");
            assertThat(denied.version()).isEqualTo(version);
            assertThat(denied.status()).isEqualTo(403);
            await(client.close());
        }
    }

    @Test
    void clear_text_http_2_is_spoken_without_an_upgrade() throws Exception {
        var client = h2c();
        var allowed = get(client, gateway, "127.0.0.1", "2");
        assertThat(allowed.version()).isEqualTo(HttpVersion.HTTP_2);
        assertThat(allowed.status()).isEqualTo(200);
        var denied = get(client, gateway, "127.0.0.1", "1");
        assertThat(denied.status()).isEqualTo(403);
        assertThat(new JsonObject(denied.body()).getString("reason")).isEqualTo("tier_too_low");
        assertThat(gateway.backend().requests()).hasSize(1);
        await(client.close());
    }

    @Test
    void over_http_2_a_field_that_is_not_there_is_read_as_over_http_1_1() throws Exception {
        for (var client : List.of(h2c(), vertx.createHttpClient())) {
            var seen = await(client.request(
                            options(gateway, HttpMethod.GET, "127.0.0.1", "2").setURI("/api/chat"))
                    .compose(request -> request.send()));
            assertThat(seen.statusCode()).as(seen.version().name()).isEqualTo(200);
            await(client.close());
        }
    }

    @Test
    void a_websocket_is_gated_before_it_opens_and_passes_messages_after() throws Exception {
        var server = await(vertx.createHttpServer()
                .webSocketHandler(socket -> socket.textMessageHandler(text -> socket.writeTextMessage("echo " + text)))
                .listen(0, "127.0.0.1"));
        var client = vertx.createWebSocketClient();
        try (var own =
                RunningGateway.start(ROUTES, Map.of("SHOP", "http://127.0.0.1:" + server.actualPort()), List.of())) {
            own.store("1", "essential");
            own.store("2", "business");
            var socket = await(client.connect(webSocket(own, own.token("2"))));
            var heard = new LinkedBlockingQueue<String>();
            socket.textMessageHandler(heard::add);
            socket.writeTextMessage("hello");
            assertThat(heard.poll(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isEqualTo("echo hello");
            await(socket.close());
            refused(403, client.connect(webSocket(own, own.token("1"))));
            refused(401, client.connect(webSocket(own, null)));
        }
        await(server.close());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_websocket_is_compressed_only_where_the_backend_says_so(boolean compresses) throws Exception {
        var server = await(vertx.createHttpServer(
                        new HttpServerOptions().setPerMessageWebSocketCompressionSupported(compresses))
                .webSocketHandler(socket -> socket.textMessageHandler(text -> socket.writeTextMessage("echo " + text)))
                .listen(0, "127.0.0.1"));
        var client = vertx.createWebSocketClient(new WebSocketClientOptions().setTryUsePerMessageCompression(true));
        try (var own =
                RunningGateway.start(ROUTES, Map.of("SHOP", "http://127.0.0.1:" + server.actualPort()), List.of())) {
            own.store("2", "business");
            var socket = await(client.connect(webSocket(own, own.token("2"))));
            assertThat(socket.headers().getAll("Sec-WebSocket-Extensions")).hasSize(compresses ? 1 : 0);
            var heard = new LinkedBlockingQueue<String>();
            socket.textMessageHandler(heard::add);
            socket.writeTextMessage("hello".repeat(100));
            assertThat(heard.poll(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isEqualTo("echo " + "hello".repeat(100));
        }
        await(server.close());
    }

    private static void refused(int status, Future<?> upgrade) {
        assertThatThrownBy(() -> await(upgrade))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        UpgradeRejectedException.class,
                        rejected -> assertThat(rejected.getStatus()).isEqualTo(status));
    }

    @Test
    void events_reach_the_client_one_by_one_while_the_stream_goes_on() throws Exception {
        var next = new LinkedBlockingQueue<Promise<Void>>();
        gateway.backend().respond((received, response) -> {
            response.setChunked(true).putHeader("content-type", "text/event-stream");
            response.write("data: 1\n\n");
            Promise<Void> heard = Promise.promise();
            next.add(heard);
            heard.future().onSuccess(more -> response.end("data: 2\n\n"));
        });
        var client = vertx.createHttpClient();
        var pieces = new LinkedBlockingQueue<String>();
        await(client.request(options(gateway, HttpMethod.GET, "127.0.0.1", "2"))
                .compose(request -> request.send())
                .map(response -> response.handler(piece -> pieces.add(piece.toString()))));
        assertThat(pieces.poll(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isEqualTo("data: 1\n\n");
        next.take().complete();
        assertThat(pieces.poll(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isEqualTo("data: 2\n\n");
        await(client.close());
    }

    @Test
    void an_upload_of_64_mib_arrives_as_it_was_sent() throws Exception {
        var piece = new byte[PIECE];
        new Random(7).nextBytes(piece);
        var digest = MessageDigest.getInstance("SHA-256");
        try (var client = RawClient.connect(gateway.port(), Eventually.PATIENCE)) {
            client.send("PUT " + OPEN + " HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer " + gateway.token("2")
                    + "\r\nContent-Length: " + (long) PIECE * PIECES + "\r\n\r\n");
            for (int i = 0; i < PIECES; i++) {
                piece[0] = (byte) i;
                digest.update(piece);
                client.send(piece);
            }
            var echo = new JsonObject(client.read().text());
            assertThat(echo.getLong("length")).isEqualTo((long) PIECE * PIECES);
            assertThat(echo.getString("sha256")).isEqualTo(HexFormat.of().formatHex(digest.digest()));
        }
    }

    @Test
    void over_http_2_a_body_past_its_bound_is_answered_and_its_neighbours_go_on() throws Exception {
        try (var own = RunningGateway.start("body: { max: 1KiB }\n" + ROUTES)) {
            own.store("2", "business");
            var client = h2c();
            assertThat(put(client, own, 1024).status()).isEqualTo(200);
            assertThat(put(client, own, 1025).status()).isEqualTo(413);
            assertThat(get(client, own, "127.0.0.1", "2").status()).isEqualTo(200);
            assertThat(own.backend().requests()).hasSize(2);
            await(client.close());
        }
    }

    private static HttpClient h2c() {
        return vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
    }

    private static Seen get(HttpClient client, RunningGateway to, String host, String store) throws Exception {
        return await(client.request(options(to, HttpMethod.GET, host, store))
                .compose(request -> request.send())
                .compose(response -> response.body()
                        .map(body -> new Seen(response.request().version(), response.statusCode(), body))));
    }

    /** A body whose length is not declared. */
    private static Seen put(HttpClient client, RunningGateway to, int length) throws Exception {
        return await(client.request(options(to, HttpMethod.PUT, "127.0.0.1", "2"))
                .compose(request -> {
                    request.setChunked(true).write(Buffer.buffer(new byte[length]));
                    request.end();
                    return request.response();
                })
                .compose(response -> response.body()
                        .map(body -> new Seen(response.request().version(), response.statusCode(), body))));
    }

    private static RequestOptions options(RunningGateway to, HttpMethod method, String host, String store) {
        return new RequestOptions()
                .setMethod(method)
                .setHost(host)
                .setPort(to.port())
                .setURI(OPEN)
                .putHeader("Authorization", "Bearer " + to.token(store));
    }

    private static WebSocketConnectOptions webSocket(RunningGateway to, String token) {
        var options = new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(to.port())
                .setURI(OPEN);
        if (token != null) {
            options.putHeader("Authorization", "Bearer " + token);
        }
        return options;
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
}
