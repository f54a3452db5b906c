package dev.tiergate.upstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.RawBackend;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.RecordingBackend;
import dev.tiergate.routes.UpstreamConfig.Protocol;
import io.netty.util.internal.PlatformDependent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamingIT {

    private static Vertx vertx;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() {
        Edge.await(vertx.close());
    }

    @ParameterizedTest
    @CsvSource({"HTTP_1_1,HTTP1", "HTTP_2,HTTP1", "HTTP_1_1,H2C", "HTTP_2,H2C"})
    void a_large_download_waits_for_its_reader_and_comes_whole(HttpVersion version, Protocol protocol) {
        var sent = new AtomicLong();
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).protocol(protocol).config(), Flood.listener())) {
            backend.respond((received, response) ->
                    new Flood(sent).pour(response.setChunked(true)).onSuccess(poured -> response.end()));
            HttpClientRequest request = request(version, HttpMethod.GET, edge);
            var received = new AtomicLong();
            Future<HttpClientResponse> paused = request.response()
                    .map(response -> response.pause().handler(chunk -> received.addAndGet(chunk.length())));
            request.end();
            HttpClientResponse response = Edge.await(paused);
            assertThat(Stall.of(sent)).isLessThan(Flood.TOTAL / 2);
            response.resume();
            Edge.await(response.end());
            assertThat(received).hasValue(Flood.TOTAL);
        }
    }

    @ParameterizedTest
    @CsvSource({"HTTP_1_1,HTTP1", "HTTP_2,HTTP1", "HTTP_1_1,H2C", "HTTP_2,H2C"})
    void a_large_upload_waits_for_its_reader_and_comes_whole(HttpVersion version, Protocol protocol) {
        var received = new AtomicLong();
        BlockingQueue<HttpServerRequest> arrived = new LinkedBlockingQueue<>();
        var backend = Edge.await(vertx.createHttpServer(Flood.listener())
                .requestHandler(request -> {
                    request.pause();
                    request.handler(chunk -> received.addAndGet(chunk.length()));
                    request.endHandler(end -> request.response().end("thanks"));
                    arrived.add(request);
                })
                .listen(0));
        try (var edge = Edge.to(
                Shop.at("http://127.0.0.1:" + backend.actualPort())
                        .protocol(protocol)
                        .config(),
                Flood.listener())) {
            var sent = new AtomicLong();
            HttpClientRequest request = request(version, HttpMethod.POST, edge);
            request.setChunked(true);
            new Flood(sent).pour(request).onSuccess(poured -> request.end());
            HttpServerRequest reader = Edge.next(arrived);
            assertThat(Stall.of(sent)).isLessThan(Flood.TOTAL / 2);
            reader.resume();
            assertThat(Edge.await(request.response()).statusCode()).isEqualTo(200);
            assertThat(received).hasValue(Flood.TOTAL);
        }
    }

    @Test
    void slow_readers_cost_little_memory() {
        int readers = 50;
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).connections(readers).config())) {
            backend.respond((received, response) ->
                    new Flood(new AtomicLong()).pour(response.setChunked(true)).onSuccess(poured -> response.end()));
            long before = memory();
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < readers; i++) {
                clients.add(RawClient.connect(edge.port()).send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
            }
            for (int i = 0; i < readers; i++) {
                assertThat(edge.nextSettled()).isEqualTo("ANSWERED 200");
            }
            // all of it would be 6.4 GiB; the backend, in this JVM too, holds its part
            assertThat(memory() - before).isLessThan((long) readers << 20);
            clients.forEach(RawClient::reset);
        }
    }

    @Test
    void server_sent_events_come_one_by_one() throws InterruptedException {
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        try (var backend = RawBackend.start(connection -> {
                    connection.readRequest();
                    connection.send(
                            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
                    for (String event = Edge.next(events); !event.isEmpty(); event = Edge.next(events)) {
                        connection.send(Integer.toHexString(event.length()) + "\r\n" + event + "\r\n");
                    }
                    connection.send("0\r\n\r\n");
                });
                var edge = Edge.to(Shop.at(backend.uri()).config())) {
            HttpClientRequest request = request(HttpVersion.HTTP_1_1, HttpMethod.GET, edge);
            request.end();
            // the head comes before there is any event
            HttpClientResponse response = Edge.await(request.response());
            assertThat(response.getHeader("content-type")).isEqualTo("text/event-stream");
            response.handler(chunk -> heard.add(chunk.toString(ISO_8859_1)));
            for (int i = 0; i < 5; i++) {
                events.put("data: " + i + "\n\n");
                assertThat(Edge.next(heard)).isEqualTo("data: " + i + "\n\n");
            }
            var end = response.end();
            events.put("");
            Edge.await(end);
            assertThat(edge.nextEnd()).isEqualTo(new Forwarded.Answered(200));
        }
    }

    @Test
    void the_head_of_an_upload_goes_before_its_body_comes() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            client.send("POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n");
            Edge.until(() -> backend.arrived() == 1);
            assertThat(client.exchange("hello").status()).isEqualTo(200);
        }
    }

    private static HttpClientRequest request(HttpVersion version, HttpMethod method, Edge edge) {
        HttpClient client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setProtocolVersion(version)
                        .setHttp2ClearTextUpgrade(false)
                        .setSendBufferSize(Flood.SOCKET)
                        .setReceiveBufferSize(Flood.SOCKET),
                new PoolOptions());
        return Edge.await(client.request(method, edge.port(), "127.0.0.1", "/stream"));
    }

    /** Bytes in use once the garbage is gone. */
    private static long memory() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory() + Math.max(0, PlatformDependent.usedDirectMemory());
    }
}
