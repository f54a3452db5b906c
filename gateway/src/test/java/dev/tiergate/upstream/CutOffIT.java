package dev.tiergate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Handshake;
import dev.tiergate.fixtures.RawBackend;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.plugin.OpenRequest;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.upstream.Forwarded.BrokenOff;
import dev.tiergate.upstream.Forwarded.BrokenOff.By;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Requests that the gate ends while they are open. */
class CutOffIT {

    private static final Refuse TOO_LOW = Refuse.of(Reason.TIER_TOO_LOW, "too low");
    private static final Refuse AWAY = Refuse.of(Reason.LIMITS_UNAVAILABLE, "away");
    private static final BrokenOff BY_GATE = new BrokenOff(By.GATE, 200);

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String UPGRADE = "GET /talk HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n"
            + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    /** Bytes of a frame that come before the rest. */
    private static final int HALF = 5;

    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: ";
    private static final String FIRST_CHUNK = "6\r\nfirst\n\r\n";

    private static Vertx vertx;
    private static WebSocketClient client;

    private final BlockingQueue<OpenRequest> begun = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> streams = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> closed = new LinkedBlockingQueue<>();

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        client = vertx.createWebSocketClient();
    }

    @AfterAll
    static void stop() {
        Edge.await(vertx.close());
    }

    @Test
    void a_websocket_is_closed_with_the_reason_and_what_the_client_still_sends_does_not_matter() {
        try (var backend = EchoBackend.start();
                var edge = edge(backend.uri())) {
            WebSocket socket = connect(edge);
            socket.writeTextMessage("hello");
            assertThat(Edge.next(heard)).isEqualTo("hello");
            assertThat(Edge.next(streams)).isEqualTo("stream");

            OpenRequest request = Edge.next(begun);
            edge.onLoop(() -> {
                request.cutOff(TOO_LOW);
                request.cutOff(AWAY);
                return "told";
            });
            for (int i = 0; i < 100; i++) {
                socket.writeTextMessage("too late");
            }

            assertThat(Edge.next(closed)).isEqualTo("1008 tier_too_low");
            assertThat(edge.nextEnd()).isEqualTo(new BrokenOff(By.GATE, 101));
            assertThat(edge.nextSettled()).isEqualTo("ANSWERED 101");
            assertThat(edge.nextSettled()).isEqualTo("ended");
            assertThat(heard).isEmpty();
        }
    }

    @Test
    void a_fault_of_the_gate_closes_with_try_again_later() {
        try (var backend = EchoBackend.start();
                var edge = edge(backend.uri())) {
            connect(edge);
            cutOff(edge, AWAY);
            assertThat(Edge.next(closed)).isEqualTo("1013 limits_unavailable");
        }
    }

    @Test
    void a_frame_on_its_way_to_the_client_ends_first_and_none_follows() throws Exception {
        var told = new CountDownLatch(1);
        Buffer frame = text("the whole message");
        try (var backend = switching(connection -> {
                    connection.send(frame.getBytes(0, HALF));
                    hold(told);
                    connection.send(frame.slice(HALF, frame.length())
                            .copy()
                            .appendBuffer(text("another"))
                            .getBytes());
                });
                var edge = edge(backend.uri());
                var socket = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
            assertThat(half(socket)).isEqualTo(frame.slice(0, HALF));
            cutOff(edge, TOO_LOW);
            told.countDown();

            Buffer rest = Buffer.buffer(socket.getInputStream().readAllBytes());
            assertThat(rest)
                    .isEqualTo(frame.slice(HALF, frame.length())
                            .copy()
                            .appendBytes(new byte[] {(byte) 0x88, 14, 0x03, (byte) 0xf0})
                            .appendString("tier_too_low"));
            assertThat(edge.nextEnd()).isEqualTo(new BrokenOff(By.GATE, 101));
        }
    }

    @Test
    void a_frame_that_does_not_end_is_waited_for_a_moment_and_no_longer() throws Exception {
        try (var backend = switching(
                        connection -> connection.send(text("never whole").getBytes(0, HALF)));
                var edge = edge(backend.uri());
                var socket = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
            half(socket);
            cutOff(edge, TOO_LOW);
            assertThat(socket.getInputStream().readAllBytes()).isEmpty();
            assertThat(edge.nextEnd()).isEqualTo(new BrokenOff(By.GATE, 101));
        }
    }

    @Test
    void server_sent_events_end_whole_and_the_connection_can_be_used_again() {
        try (var backend = streaming("Text/Event-Stream; charset=utf-8");
                var edge = edge(backend.uri());
                var raw = RawClient.connect(edge.port())) {
            for (int round = 0; round < 2; round++) {
                raw.send(GET);
                assertThat(Edge.next(streams)).isEqualTo("stream");
                cutOff(edge, TOO_LOW);
                var answer = raw.read();
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.complete()).isTrue();
                assertThat(edge.nextEnd()).isEqualTo(BY_GATE);
                assertThat(edge.nextSettled()).isEqualTo("ANSWERED 200");
                assertThat(edge.nextSettled()).isEqualTo("ended");
            }
        }
    }

    @Test
    void any_other_response_is_no_stream_and_is_broken_off() throws Exception {
        try (var backend = streaming("text/event");
                var edge = edge(backend.uri());
                var socket = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
            assertThat(read(socket, GET, FIRST_CHUNK.length()).toString()).isEqualTo(FIRST_CHUNK);
            cutOff(edge, AWAY);
            assertThat(rest(socket)).isEmpty();
            assertThat(edge.nextEnd()).isEqualTo(BY_GATE);
            assertThat(streams).isEmpty();
        }
    }

    @Test
    void before_the_head_the_refusal_is_the_answer_and_what_was_sent_stays_charged() {
        try (var backend = RawBackend.silent();
                var edge = edge(backend.uri());
                var raw = RawClient.connect(edge.port())) {
            raw.send(GET);
            OpenRequest request = Edge.next(begun);
            Edge.until(() -> !backend.requests().isEmpty());
            edge.onLoop(() -> {
                request.cutOff(AWAY);
                return "told";
            });
            assertThat(raw.read().status()).isEqualTo(503);
            assertThat(edge.nextEnd()).isEqualTo(new Forwarded.Failed(AWAY));
            assertThat(edge.nextSettled()).isEqualTo("CLIENT_GONE 0");
        }
    }

    @Test
    void what_is_over_stays_as_it_is() {
        try (var backend = RawBackend.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                var edge = edge(backend.uri());
                var raw = RawClient.connect(edge.port())) {
            assertThat(raw.exchange(GET).status()).isEqualTo(200);
            assertThat(edge.nextEnd()).isEqualTo(new Forwarded.Answered(200));
            cutOff(edge, AWAY);
            assertThat(raw.exchange(GET).status()).isEqualTo(200);
        }
    }

    private Edge edge(String backend) {
        Edge edge = Edge.to(Shop.at(backend).config());
        return edge.gate(request -> Future.succeededFuture(edge.forward(request, new Head())));
    }

    private final class Head implements ResponseHead {
        @Override
        public void began(OpenRequest request) {
            begun.add(request);
        }

        @Override
        public void prepare(int status, MultiMap headers) {}

        @Override
        public void streams() {
            streams.add("stream");
        }
    }

    private WebSocket connect(Edge edge) {
        WebSocket socket = Edge.await(client.connect(edge.port(), "127.0.0.1", "/talk"));
        socket.textMessageHandler(heard::add);
        socket.closeHandler(done -> closed.add(socket.closeStatusCode() + " " + socket.closeReason()));
        return socket;
    }

    private void cutOff(Edge edge, Refuse why) {
        OpenRequest request = Edge.next(begun);
        edge.onLoop(() -> {
            request.cutOff(why);
            return "told";
        });
    }

    /** What comes until the end, orderly or not. */
    private static byte[] rest(Socket socket) throws IOException {
        try {
            return socket.getInputStream().readAllBytes();
        } catch (SocketException reset) {
            return new byte[0];
        }
    }

    /** Becomes a WebSocket, and reads what has come of the first frame. */
    private static Buffer half(Socket socket) throws IOException {
        return read(socket, UPGRADE, HALF);
    }

    /** Sends a request, and reads so much behind the head of its answer. */
    private static Buffer read(Socket socket, String request, int bytes) throws IOException {
        socket.setSoTimeout((int) Edge.PATIENCE.toMillis());
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) socket.getInputStream().read());
        }
        return Buffer.buffer(socket.getInputStream().readNBytes(bytes));
    }

    private static RawBackend switching(RawBackend.Script talk) {
        return RawBackend.start(connection -> {
            connection.readRequest();
            connection.send(Handshake.answer(connection.request()));
            talk.serve(connection);
            connection.awaitClose();
        });
    }

    private static RawBackend streaming(String type) {
        return RawBackend.start(connection -> {
            connection.readRequest();
            connection.send(CHUNKED + type + "\r\n\r\n" + FIRST_CHUNK);
            connection.awaitClose();
        });
    }

    private static Buffer text(String message) {
        return Buffer.buffer()
                .appendByte((byte) 0x81)
                .appendByte((byte) message.length())
                .appendString(message);
    }

    private static void hold(CountDownLatch until) {
        try {
            until.await(Duration.ofMinutes(1).toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
