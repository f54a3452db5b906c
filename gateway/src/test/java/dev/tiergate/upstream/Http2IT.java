package dev.tiergate.upstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiergate.fixtures.RawBackend;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.RecordingBackend;
import dev.tiergate.routes.UpstreamConfig.Protocol;
import dev.tiergate.upstream.Forwarded.BrokenOff;
import dev.tiergate.upstream.Forwarded.BrokenOff.By;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.StreamResetException;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.PfxOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class Http2IT {

    private static Vertx vertx;
    private static HttpClient client;

    /** A whole response. */
    private record Got(int status, MultiMap headers, String body, MultiMap trailers) {}

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        client = vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false),
                new PoolOptions().setHttp2MaxSize(1));
    }

    @AfterAll
    static void stop() {
        Edge.await(vertx.close());
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP1", "H2C"})
    void an_http_2_client_is_served(Protocol protocol) {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).protocol(protocol).config())) {
            backend.respondWith(201, Map.of("X-Shop", "yes"), "made");
            var got = send(edge, HttpMethod.POST, "hello");
            assertThat(got.status()).isEqualTo(201);
            assertThat(got.body()).isEqualTo("made");
            assertThat(got.headers().get("x-shop")).isEqualTo("yes");
            assertThat(backend.last().text()).isEqualTo("hello");
            assertThat(backend.last().header("content-length")).hasValue("5");
            assertThat(backend.last().version()).isEqualTo(protocol == Protocol.H2C ? "h2" : "http/1.1");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "200 OK\r\nContent-Length: 2\r\n\r\nok",
                "200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
                "200 OK\r\nContent-Length: 0\r\n\r\n",
                "204 No Content\r\n\r\n"
            })
    void a_stream_that_ends_leaves_the_connection_to_the_backend_for_the_next(String answer) {
        var connections = new AtomicInteger();
        try (var backend = RawBackend.start(connection -> {
                    connections.incrementAndGet();
                    while (connection.readRequest()) {
                        connection.send("HTTP/1.1 " + answer);
                    }
                });
                var edge = Edge.to(Shop.at(backend.uri()).config())) {
            for (int i = 0; i < 3; i++) {
                int status = send(edge, HttpMethod.GET, "").status();
                assertThat(edge.nextEnd()).isEqualTo(new Forwarded.Answered(status));
            }
            assertThat(connections).hasValue(1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP1", "H2C"})
    void a_get_without_a_body_is_sent_without_one(Protocol protocol) {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).protocol(protocol).config())) {
            assertThat(send(edge, HttpMethod.GET, null).status()).isEqualTo(200);
            assertThat(backend.last().headers("transfer-encoding")).isEmpty();
            assertThat(backend.last().headers("content-length")).isEmpty();
            assertThat(backend.last().length()).isZero();
        }
    }

    @Test
    void an_http_1_client_is_served_by_an_http_2_backend() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).protocol(Protocol.H2C).config());
                var raw = RawClient.connect(edge.port())) {
            var response =
                    raw.exchange("POST /orders HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
            assertThat(response.status()).isEqualTo(200);
            assertThat(backend.last().version()).isEqualTo("h2");
            assertThat(backend.last().text()).isEqualTo("hello");
            for (String name : new String[] {"connection", "x-hop", "transfer-encoding"}) {
                assertThat(backend.last().headers(name)).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"keep-alive", "close", "X-Foo"})
    void a_backends_connection_field_never_reaches_an_http_2_client(String connection) {
        try (var backend = RawBackend.answeringOnce("HTTP/1.1 200 OK\r\nConnection: " + connection
                        + "\r\nKeep-Alive: timeout=5\r\nContent-Length: 2\r\n\r\nok");
                var edge = Edge.to(Shop.at(backend.uri()).config())) {
            var got = send(edge, HttpMethod.GET, null);
            assertThat(got.body()).isEqualTo("ok");
            assertThat(got.headers().contains("connection")).isFalse();
            assertThat(got.headers().contains("keep-alive")).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello"
            })
    void a_response_cut_short_is_a_reset_stream(String answer) {
        try (var backend = RawBackend.answeringOnce(answer);
                var edge = Edge.to(Shop.at(backend.uri()).config())) {
            assertThatThrownBy(() -> send(edge, HttpMethod.GET, null)).isInstanceOf(StreamResetException.class);
            assertThat(edge.nextEnd()).isEqualTo(new BrokenOff(By.UPSTREAM, 200));
        }
    }

    @Test
    void a_stream_that_an_http_2_backend_resets_in_mid_body_never_looks_whole() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).protocol(Protocol.H2C).config());
                var raw = RawClient.connect(edge.port())) {
            backend.respond((received, response) ->
                    response.setChunked(true).write("hello").onComplete(written -> response.reset()));
            var response = raw.exchange("GET /items HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(response.complete()).isFalse();
        }
    }

    @Test
    void a_stream_that_an_http_2_backend_resets_before_its_head_is_a_502() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).protocol(Protocol.H2C).config());
                var raw = RawClient.connect(edge.port())) {
            backend.respond((received, response) -> response.reset());
            assertThat(raw.exchange("GET /items HTTP/1.1\r\nHost: a\r\n\r\n").status())
                    .isEqualTo(502);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP1", "H2C"})
    void trailers_of_the_response_pass(Protocol protocol) {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).protocol(protocol).config())) {
            backend.respond((received, response) ->
                    response.setChunked(true).putTrailer("grpc-status", "0").end("message"));
            var got = send(edge, HttpMethod.POST, "hello");
            assertThat(got.body()).isEqualTo("message");
            assertThat(got.trailers().get("grpc-status")).isEqualTo("0");
            assertThat(got.headers().contains("grpc-status")).isFalse();
        }
    }

    @Test
    void both_sides_may_talk_at_once() {
        try (var backend = EchoBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).protocol(Protocol.H2C).config())) {
            HttpClientRequest request = Edge.await(client.request(HttpMethod.POST, edge.port(), "127.0.0.1", "/talk"));
            request.setChunked(true).sendHead();
            // the head comes back before a byte of the body was sent
            HttpClientResponse response = Edge.await(request.response());
            var heard = new LinkedBlockingQueue<String>();
            response.handler(chunk -> heard.add(chunk.toString()));
            request.write("one");
            assertThat(Edge.next(heard)).isEqualTo("one");
            request.write("two");
            assertThat(Edge.next(heard)).isEqualTo("two");
            Future<Void> end = response.end();
            request.end();
            Edge.await(end);
        }
    }

    @Test
    void a_reset_stream_cancels_the_upstreams_work() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).protocol(Protocol.H2C).config())) {
            backend.hold();
            HttpClientRequest request = Edge.await(client.request(HttpMethod.GET, edge.port(), "127.0.0.1", "/"));
            request.end();
            backend.awaitRequests(1);
            request.reset(8);
            backend.awaitAborted(1);
            assertThat(edge.nextEnd()).isEqualTo(new BrokenOff(By.CLIENT, 0));
        }
    }

    @Test
    void streams_that_were_reset_in_the_queue_leave_no_work_behind() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(
                        Shop.at(backend.uri()).connections(5).config(),
                        new HttpServerOptions().setHttp2RstFloodMaxRstFramePerWindow(1000))) {
            var hold = backend.hold();
            List<HttpClientRequest> requests = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                HttpClientRequest request = Edge.await(client.request(HttpMethod.GET, edge.port(), "127.0.0.1", "/"));
                request.end();
                requests.add(request);
            }
            backend.awaitRequests(5);
            Edge.until(() -> edge.waiting() == 19);
            for (int i = requests.size() - 1; i >= 0; i--) {
                requests.get(i).reset(8);
            }
            Edge.until(() -> edge.waiting() == 0);
            backend.awaitAborted(5);
            hold.release();
            for (int i = 0; i < 3; i++) {
                assertThat(send(edge, HttpMethod.GET, null).status()).isEqualTo(200);
            }
            assertThat(backend.arrived()).isEqualTo(8);
        }
    }

    @Test
    void clients_that_leave_while_the_connection_is_made_take_no_stream_with_them() {
        try (var backend = RecordingBackend.start();
                var slow = new SlowDoor(backend.port());
                var edge = Edge.to(Shop.at(slow.uri())
                        .protocol(Protocol.H2C)
                        .connections(1)
                        .config())) {
            List<RawClient> leaving = new ArrayList<>();
            for (int i = 0; i < ClientOptions.STREAMS_PER_CONNECTION; i++) {
                leaving.add(RawClient.connect(edge.port()).send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
            }
            slow.awaitKnock();
            leaving.forEach(RawClient::reset);
            for (int i = 0; i < leaving.size(); i++) {
                assertThat(edge.nextEnd()).isEqualTo(new BrokenOff(By.CLIENT, 0));
            }
            slow.open();
            try (var staying = RawClient.connect(edge.port())) {
                assertThat(staying.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status())
                        .isEqualTo(200);
            }
            assertThat(backend.arrived()).isEqualTo(1);
        }
    }

    @Test
    void a_client_that_does_not_read_holds_up_nobody_on_the_same_connection() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri())
                        .protocol(Protocol.H2C)
                        .connections(1)
                        .config());
                var stuck = RawClient.connect(edge.port());
                var other = RawClient.connect(edge.port())) {
            backend.respond((received, response) -> {
                if (received.target().equals("/large")) {
                    new Flood(new AtomicLong()).pour(response.setChunked(true)).onSuccess(poured -> response.end());
                } else {
                    response.end(Buffer.buffer(new byte[200_000]));
                }
            });
            stuck.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
            Edge.next(edge.settled);
            for (int i = 0; i < 20; i++) {
                assertThat(other.exchange("GET /small HTTP/1.1\r\nHost: a\r\n\r\n")
                                .body())
                        .hasSize(200_000);
            }
        }
    }

    @Test
    void tls_with_alpn_serves_both_protocols(@TempDir Path folder) {
        Path keys = Certificates.keyStore(folder, "dns:localhost,ip:127.0.0.1");
        String ca = Certificates.pem(keys).toString();
        var tls = new HttpServerOptions()
                .setSsl(true)
                .setUseAlpn(true)
                .setKeyCertOptions(new PfxOptions().setPath(keys.toString()).setPassword(Certificates.PASSWORD));
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).config(), tls)) {
            for (HttpVersion version : List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1)) {
                HttpClient secure = vertx.createHttpClient(new HttpClientOptions()
                        .setSsl(true)
                        .setUseAlpn(true)
                        .setProtocolVersion(version)
                        .setTrustOptions(new PemTrustOptions().addCertPath(ca)));
                var response = Edge.await(secure.request(HttpMethod.GET, edge.port(), "localhost", "/")
                        .compose(HttpClientRequest::send));
                assertThat(response.version()).isEqualTo(version);
                assertThat(response.statusCode()).isEqualTo(200);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP1", "H2"})
    void an_https_backend_is_verified_with_its_ca(Protocol protocol, @TempDir Path folder) {
        Path keys = Certificates.keyStore(folder, "dns:localhost");
        String ca = Certificates.pem(keys).toString();
        try (var backend = EchoBackend.startTls(keys);
                var edge = Edge.to(Shop.at("https://localhost:" + backend.port())
                        .protocol(protocol)
                        .tlsCa(ca)
                        .config());
                var raw = RawClient.connect(edge.port())) {
            var response = raw.exchange("POST /talk HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.text()).isEqualTo("hello");
            assertThat(response.header("x-version")).hasValue(protocol == Protocol.H2 ? "HTTP_2" : "HTTP_1_1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"another-name", "unknown-ca"})
    void an_https_backend_that_cannot_prove_its_name_gets_nothing(String lie, @TempDir Path folder) {
        Path keys = Certificates.keyStore(folder, lie.equals("another-name") ? "dns:other.example" : "dns:localhost");
        String ca = Certificates.pem(keys).toString();
        var shop = Shop.at("https://localhost:" + EchoBackend.startTls(keys).port())
                .connect(Duration.ofSeconds(10));
        try (var edge = Edge.to((lie.equals("unknown-ca") ? shop : shop.tlsCa(ca)).config());
                var raw = RawClient.connect(edge.port())) {
            assertThat(raw.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status())
                    .isEqualTo(502);
            assertThat(edge.nextSettled()).isEqualTo("NOT_SENT 0");
        }
    }

    @Test
    void a_large_header_of_an_http_2_backend_passes() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).protocol(Protocol.H2C).config());
                var raw = RawClient.connect(edge.port())) {
            String large = "v".repeat(20_000);
            backend.respondWith(200, Map.of("x-large", large), "ok");
            assertThat(raw.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").header("x-large"))
                    .hasValue(large);
            assertThat(new String(raw.raw(), ISO_8859_1)).contains("ok");
        }
    }

    private static Got send(Edge edge, HttpMethod method, String body) {
        return Edge.await(client.request(new RequestOptions()
                        .setMethod(method)
                        .setHost("127.0.0.1")
                        .setPort(edge.port())
                        .setURI("/items"))
                .compose(request -> body == null ? request.send() : request.send(body))
                .compose(response -> response.body()
                        .map(read -> new Got(
                                response.statusCode(), response.headers(), read.toString(), response.trailers()))));
    }
}
