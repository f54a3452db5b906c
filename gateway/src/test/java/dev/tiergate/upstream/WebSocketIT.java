package dev.tiergate.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiergate.fixtures.RawBackend;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.RecordingBackend;
import dev.tiergate.routes.UpstreamConfig.Protocol;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WebSocketIT {

    private static final String UPGRADE = "GET /talk HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\n"
            + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    private static final String SWITCHED =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

    /** Messages that are told apart, in the middle of a WebSocket; together more than sockets hold. */
    private static final String LARGE = "Content-Length: " + Flood.PIECE + "\r\n\r\n" + "x".repeat(Flood.PIECE);

    private static final int MANY = 500;
    private static final long BETWEEN_READS = Duration.ofMillis(2).toNanos();

    private static Vertx vertx;
    private static WebSocketClient client;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        client = vertx.createWebSocketClient(
                new WebSocketClientOptions().setSendBufferSize(Flood.SOCKET).setReceiveBufferSize(Flood.SOCKET));
    }

    @AfterAll
    static void stop() {
        Edge.await(vertx.close());
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP1", "H2C"})
    void messages_pass_both_ways(Protocol protocol) {
        try (var backend = EchoBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).protocol(protocol).config())) {
            WebSocket socket = Edge.await(client.connect(edge.port(), "127.0.0.1", "/talk"));
            BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            socket.textMessageHandler(heard::add);
            for (int i = 0; i < 20; i++) {
                socket.writeTextMessage("hello " + i);
                assertThat(Edge.next(heard)).isEqualTo("hello " + i);
            }
            assertThat(edge.nextSettled()).isEqualTo("ANSWERED 101");
            assertThat(socket.headers().get("x-seen")).isEqualTo("101");
            Edge.await(socket.close());
            assertThat(edge.nextEnd()).isEqualTo(new Forwarded.Answered(101));
            assertThat(edge.nextSettled()).isEqualTo("ended");
        }
    }

    @Test
    void a_close_of_the_backend_reaches_the_client_with_its_code() {
        try (var backend = EchoBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).config())) {
            WebSocket socket = Edge.await(client.connect(edge.port(), "127.0.0.1", "/talk"));
            BlockingQueue<Short> closed = new LinkedBlockingQueue<>();
            socket.closeHandler(v -> closed.add(socket.closeStatusCode()));
            socket.writeTextMessage("bye");
            assertThat(Edge.next(closed)).isEqualTo((short) 4001);
            assertThat(edge.nextEnd()).isEqualTo(new Forwarded.Answered(101));
        }
    }

    @Test
    void a_client_that_vanishes_closes_the_backends_side() throws InterruptedException {
        var left = new CountDownLatch(1);
        try (var backend = RawBackend.start(connection -> {
                    connection.readRequest();
                    connection.send(SWITCHED);
                    connection.awaitClose();
                    left.countDown();
                });
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var raw = RawClient.connect(edge.port())) {
            assertThat(raw.exchange(UPGRADE).status()).isEqualTo(101);
            raw.reset();
            assertThat(left.await(Edge.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(edge.nextEnd()).isEqualTo(new Forwarded.Answered(101));
        }
    }

    @Test
    void bytes_that_come_with_the_switch_are_not_lost() {
        try (var backend = RawBackend.start(connection -> {
                    connection.readRequest();
                    connection.send(SWITCHED + "HTTP/1.1 299 first words\r\nContent-Length: 0\r\n\r\n");
                    connection.awaitClose();
                });
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var raw = RawClient.connect(edge.port())) {
            assertThat(raw.exchange(UPGRADE).status()).isEqualTo(101);
            assertThat(raw.read().status()).isEqualTo(299);
        }
    }

    @Test
    void a_refused_upgrade_is_an_answer_like_any_other() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).connections(1).config());
                var raw = RawClient.connect(edge.port())) {
            backend.respondWith(403, Map.of("X-Why", "no"), "not you");
            var response = raw.exchange(UPGRADE);
            assertThat(response.status()).isEqualTo(403);
            assertThat(response.text()).isEqualTo("not you");
            assertThat(backend.last().header("upgrade")).hasValue("websocket");
            assertThat(backend.last().header("connection").orElse("")).isEqualToIgnoringCase("upgrade");
            // neither side's connection is spoilt
            assertThat(raw.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status())
                    .isEqualTo(403);
            assertThat(raw.exchange(UPGRADE).status()).isEqualTo(403);
        }
    }

    @Test
    void a_refused_upgrade_rejects_the_websocket() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).config())) {
            assertThatThrownBy(() -> Edge.await(client.connect(edge.port(), "127.0.0.1", "/talk")))
                    .isInstanceOfSatisfying(
                            UpgradeRejectedException.class,
                            rejected -> assertThat(rejected.getStatus()).isEqualTo(200));
        }
    }

    @Test
    void a_tunnel_in_which_nothing_moves_is_closed() {
        try (var backend = EchoBackend.start();
                var edge = Edge.to(
                        Shop.at(backend.uri()).idle(Duration.ofMillis(300)).config())) {
            WebSocket socket = Edge.await(client.connect(edge.port(), "127.0.0.1", "/talk"));
            BlockingQueue<String> closed = new LinkedBlockingQueue<>();
            socket.closeHandler(v -> closed.add("closed"));
            assertThat(Edge.next(closed)).isEqualTo("closed");
            assertThat(edge.nextEnd()).isEqualTo(new Forwarded.BrokenOff(Forwarded.BrokenOff.By.IDLE, 101));
        }
    }

    @Test
    void a_client_that_does_not_read_stops_the_backend() {
        var sent = new AtomicLong();
        HttpServer backend = serve(socket -> socket.handler(go -> new Flood(sent).pour(socket)));
        try (var edge =
                Edge.to(Shop.at("http://127.0.0.1:" + backend.actualPort()).config(), Flood.listener())) {
            WebSocket socket = Edge.await(client.connect(edge.port(), "127.0.0.1", "/talk"));
            socket.pause();
            var received = new AtomicLong();
            socket.handler(buffer -> received.addAndGet(buffer.length()));
            Edge.await(socket.writeTextMessage("go"));
            assertThat(Stall.of(sent)).isLessThan(Flood.TOTAL / 2);
            socket.resume();
            Edge.until(() -> received.get() == Flood.TOTAL);
        }
    }

    @Test
    void a_backend_that_does_not_read_stops_the_client() {
        var received = new AtomicLong();
        BlockingQueue<ServerWebSocket> accepted = new LinkedBlockingQueue<>();
        HttpServer backend = serve(socket -> {
            socket.pause();
            socket.handler(buffer -> received.addAndGet(buffer.length()));
            accepted.add(socket);
        });
        try (var edge =
                Edge.to(Shop.at("http://127.0.0.1:" + backend.actualPort()).config(), Flood.listener())) {
            WebSocket socket = Edge.await(client.connect(edge.port(), "127.0.0.1", "/talk"));
            var sent = new AtomicLong();
            new Flood(sent).pour(socket);
            assertThat(Stall.of(sent)).isLessThan(Flood.TOTAL / 2);
            Edge.next(accepted).resume();
            Edge.until(() -> received.get() == Flood.TOTAL);
        }
    }

    /** Neither reads: what they sent cannot go out any more, and may wait until nothing has moved for too long. */
    @Test
    void a_client_that_leaves_a_backend_that_does_not_read_leaves_it_no_connection() throws Exception {
        var ended = new CountDownLatch(1);
        try (var backend = RawBackend.start(connection -> {
                    connection.readRequest();
                    connection.send(SWITCHED);
                    try {
                        pour(connection::send, new AtomicLong());
                    } finally {
                        ended.countDown();
                    }
                });
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var raw = RawClient.connect(edge.port())) {
            assertThat(raw.exchange(UPGRADE).status()).isEqualTo(101);
            var sent = new AtomicLong();
            var sending = new Thread(() -> assertThatThrownBy(() -> pour(raw::send, sent)), "sending");
            sending.start();
            Stall.of(sent);
            raw.reset();
            sending.join();
            edge.skip(Duration.ofHours(1));
            Latches.await(ended);
        }
    }

    @Test
    void what_a_client_sends_before_it_leaves_comes_to_a_slow_backend() throws Exception {
        var read = new AtomicLong();
        var ended = new CountDownLatch(1);
        try (var backend = RawBackend.start(connection -> {
                    connection.readRequest();
                    connection.send(SWITCHED);
                    while (connection.readRequest()) {
                        read.incrementAndGet();
                        LockSupport.parkNanos(BETWEEN_READS);
                    }
                    ended.countDown();
                });
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var raw = RawClient.connect(edge.port())) {
            assertThat(raw.exchange(UPGRADE).status()).isEqualTo(101);
            for (int i = 0; i < MANY; i++) {
                raw.send("POST / HTTP/1.1\r\n" + LARGE);
            }
            raw.finish();
            Latches.await(ended);
            assertThat(read).hasValue(MANY);
            assertThat(edge.nextEnd()).isEqualTo(new Forwarded.Answered(101));
        }
    }

    @Test
    void what_a_backend_sends_before_it_leaves_comes_to_a_slow_client() {
        try (var backend = RawBackend.start(connection -> {
                    connection.readRequest();
                    connection.send(SWITCHED);
                    for (int i = 0; i < MANY; i++) {
                        connection.send("HTTP/1.1 200 OK\r\n" + LARGE);
                    }
                });
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var raw = RawClient.connect(edge.port())) {
            assertThat(raw.exchange(UPGRADE).status()).isEqualTo(101);
            for (int i = 0; i < MANY; i++) {
                assertThat(raw.read().complete()).as("number %d", i).isTrue();
                LockSupport.parkNanos(BETWEEN_READS);
            }
            assertThat(raw.awaitClose()).isTrue();
            assertThat(edge.nextEnd()).isEqualTo(new Forwarded.Answered(101));
        }
    }

    /** It sends all the time, so that it is not idle. */
    @Test
    void a_client_that_takes_nothing_does_not_keep_a_connection_whose_backend_left() {
        try (var backend = RawBackend.start(connection -> {
                    connection.readRequest();
                    connection.send(SWITCHED);
                    for (int i = 0; i < MANY; i++) {
                        connection.send("HTTP/1.1 200 OK\r\n" + LARGE);
                    }
                });
                var edge = Edge.to(
                        Shop.at(backend.uri()).idle(Duration.ofMillis(300)).config(), Flood.listener());
                var raw = RawClient.connect(edge.port())) {
            assertThat(raw.exchange(UPGRADE).status()).isEqualTo(101);
            assertThatThrownBy(() -> pour(raw::send, new AtomicLong())).isInstanceOf(UncheckedIOException.class);
        }
    }

    private interface Sink {
        void send(byte[] bytes) throws IOException;
    }

    /** Until it fails, as it has to. */
    private static void pour(Sink sink, AtomicLong sent) throws IOException {
        long end = System.nanoTime() + Edge.PATIENCE.toNanos();
        for (byte[] bytes = new byte[64 << 10]; System.nanoTime() - end < 0; sent.addAndGet(bytes.length)) {
            sink.send(bytes);
        }
    }

    @Test
    void what_is_no_websocket_is_told_apart() {
        var kinds = new LinkedBlockingQueue<Upgrade>();
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var raw = RawClient.connect(edge.port())) {
            edge.gate(request -> {
                kinds.add(Upgrade.of(request));
                return Future.succeededFuture(edge.forward(request));
            });
            raw.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(Edge.next(kinds)).isEqualTo(Upgrade.NONE);
            raw.exchange("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: foo/2\r\n\r\n");
            assertThat(Edge.next(kinds)).isEqualTo(Upgrade.NONE);
            raw.exchange("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: foo/2\r\n\r\n");
            assertThat(Edge.next(kinds)).isEqualTo(Upgrade.UNKNOWN);
            raw.exchange(
                    "POST / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 0\r\n\r\n");
            assertThat(Edge.next(kinds)).isEqualTo(Upgrade.UNKNOWN);
            assertThat(backend.last().headers("upgrade")).isEmpty();
        }
    }

    private static HttpServer serve(Handler<ServerWebSocket> handler) {
        return Edge.await(vertx.createHttpServer(Flood.listener().setHost("127.0.0.1"))
                .webSocketHandler(handler)
                .listen(0));
    }
}
