package dev.tiergate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.RawBackend;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.plugin.OpenRequest;
import dev.tiergate.plugin.Outcome;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.plugin.Settlement;
import dev.tiergate.upstream.Forwarded.BrokenOff;
import dev.tiergate.upstream.Forwarded.BrokenOff.By;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that wait until what became of their request is known elsewhere. */
class RecordedAnswerIT {

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String BODY = "0123456789abcdef".repeat(8 * 1024);
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY;

    private static final String PIECES = "HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "10\r\n0123456789abcdef\r\n".repeat(100);

    private static final String LAST = "0\r\n\r\n";
    private static final String SHORT = "0123456789abcdef".repeat(100);
    private static final String UNTIL_THE_END = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + SHORT;

    private static final RawBackend.Script FINISH = connection -> {
        connection.finish();
        connection.awaitClose();
    };

    private final Promise<Void> recorded = Promise.promise();

    /** What happened to the answer, in order. */
    private final BlockingQueue<String> steps = new LinkedBlockingQueue<>();

    private final BlockingQueue<OpenRequest> begun = new LinkedBlockingQueue<>();

    @Test
    void the_head_waits_and_the_body_comes_whole_behind_it() {
        try (var backend = RawBackend.answering(OK);
                var edge = edge(backend.uri());
                var client = RawClient.connect(edge.port())) {
            client.send(GET);
            assertThat(Edge.next(steps)).isEqualTo("ANSWERED");
            assertThat(edge.onLoop(() -> steps.isEmpty())).isTrue();

            edge.onLoop(recorded::tryComplete);

            var answer = client.read();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.complete()).isTrue();
            assertThat(answer.body()).asString().isEqualTo(BODY);
            assertThat(Edge.next(steps)).isEqualTo("head 200");
            assertThat(edge.nextEnd()).isEqualTo(new Forwarded.Answered(200));
            assertThat(Edge.next(steps)).isEqualTo("ended");
        }
    }

    /** Vert.x tells of the connection's end as it comes, which is before most of what is held up. */
    @Test
    void an_answer_whose_backend_is_gone_by_then_comes_whole() throws Exception {
        var answer = readBehindTheEnd(GET, PIECES + LAST, FINISH);
        assertThat(answer.complete()).isTrue();
        assertThat(answer.body()).asString().isEqualTo(SHORT);
    }

    @Test
    void half_an_answer_whose_backend_is_gone_by_then_never_looks_whole() throws Exception {
        assertThat(readBehindTheEnd(GET, PIECES, FINISH).complete()).isFalse();
    }

    /** Its end is that of the connection, and a reset is none. */
    @Test
    void an_answer_without_a_length_whose_backend_resets_never_looks_whole() throws Exception {
        assertThat(readBehindTheEnd(GET, UNTIL_THE_END, RawBackend.Connection::reset)
                        .complete())
                .isFalse();
    }

    @Test
    void an_answer_without_a_length_ends_with_its_connection() throws Exception {
        var answer = readBehindTheEnd(GET, UNTIL_THE_END, FINISH);
        assertThat(answer.complete()).isTrue();
        assertThat(answer.body()).asString().isEqualTo(SHORT);
    }

    @Test
    void a_whole_answer_whose_request_is_not_finished_comes_whole() throws Exception {
        String begun = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n0123456789";
        assertThat(readBehindTheEnd(begun, PIECES + LAST, FINISH).complete()).isTrue();
    }

    private RawClient.Response readBehindTheEnd(String request, String answer, RawBackend.Script end) throws Exception {
        var answered = new CountDownLatch(1);
        var ended = new CountDownLatch(1);
        try (var backend = RawBackend.start(connection -> {
                    connection.readHead();
                    connection.send(answer);
                    hold(answered);
                    end.serve(connection);
                    ended.countDown();
                });
                var edge = edge(backend.uri());
                var client = RawClient.connect(edge.port())) {
            client.send(request);
            assertThat(Edge.next(steps)).isEqualTo("ANSWERED");
            answered.countDown();
            assertThat(ended.await(Edge.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            edge.onLoop(() -> "the socket is read");
            edge.onLoop(() -> "and its end told");
            edge.onLoop(recorded::tryComplete);
            return client.read();
        }
    }

    @Test
    void what_cannot_be_recorded_costs_the_client_nothing_but_the_wait() {
        try (var backend = RawBackend.answering(OK);
                var edge = edge(backend.uri());
                var client = RawClient.connect(edge.port())) {
            client.send(GET);
            assertThat(Edge.next(steps)).isEqualTo("ANSWERED");
            edge.onLoop(() -> recorded.tryFail("away"));
            assertThat(client.read().status()).isEqualTo(200);
        }
    }

    @Test
    void a_refusal_for_an_upstream_that_failed_waits_too() {
        try (var backend = RawBackend.breaking();
                var edge = edge(backend.uri());
                var client = RawClient.connect(edge.port())) {
            client.send(GET);
            assertThat(Edge.next(steps)).isEqualTo("BROKEN_OFF");
            assertThat(edge.onLoop(() -> edge.ends.isEmpty() && steps.isEmpty()))
                    .isTrue();

            edge.onLoop(recorded::tryComplete);

            assertThat(client.read().status()).isEqualTo(Reason.UPSTREAM_UNAVAILABLE.status());
            assertThat(edge.nextEnd()).isInstanceOf(Forwarded.Failed.class);
            assertThat(steps).containsExactly("ended");
        }
    }

    @Test
    void a_stream_of_http_2_waits_too() {
        var vertx = Vertx.vertx();
        try (var backend = RawBackend.answering(OK);
                var edge = edge(backend.uri())) {
            var client = vertx.createHttpClient(new HttpClientOptions()
                    .setProtocolVersion(HttpVersion.HTTP_2)
                    .setHttp2ClearTextUpgrade(false));
            Future<Buffer> body = client.request(HttpMethod.GET, edge.port(), "127.0.0.1", "/")
                    .compose(HttpClientRequest::send)
                    .compose(HttpClientResponse::body);
            assertThat(Edge.next(steps)).isEqualTo("ANSWERED");
            assertThat(edge.onLoop(() -> steps.isEmpty())).isTrue();

            edge.onLoop(recorded::tryComplete);

            assertThat(Edge.await(body)).hasToString(BODY);
            assertThat(edge.nextEnd()).isEqualTo(new Forwarded.Answered(200));
        } finally {
            Edge.await(vertx.close());
        }
    }

    @Test
    void what_the_gate_cuts_off_meanwhile_is_answered_nothing() {
        try (var backend = RawBackend.answering(OK);
                var edge = edge(backend.uri());
                var client = RawClient.connect(edge.port())) {
            client.send(GET);
            assertThat(Edge.next(steps)).isEqualTo("ANSWERED");
            OpenRequest request = Edge.next(begun);
            edge.onLoop(() -> {
                request.cutOff(Refuse.of(Reason.TIER_TOO_LOW, "too low"));
                return recorded.tryComplete();
            });
            assertThat(edge.nextEnd()).isEqualTo(new BrokenOff(By.GATE, 200));
            assertThat(client.awaitClose()).isTrue();
            assertThat(steps).containsExactly("ended");
        }
    }

    @Test
    void a_client_that_leaves_meanwhile_is_answered_nothing() {
        try (var backend = RawBackend.answering(OK);
                var edge = edge(backend.uri())) {
            try (var client = RawClient.connect(edge.port())) {
                client.send(GET);
                assertThat(Edge.next(steps)).isEqualTo("ANSWERED");
            }
            assertThat(edge.nextEnd()).isEqualTo(new BrokenOff(By.CLIENT, 200));
            edge.onLoop(recorded::tryComplete);
            assertThat(steps).containsExactly("ended");
        }
    }

    @Test
    void a_client_that_leaves_meanwhile_costs_nobody_else_the_connection() throws Exception {
        var connections = new AtomicInteger();
        var second = new CountDownLatch(1);
        var left = new CountDownLatch(1);
        try (var backend = RawBackend.start(connection -> {
                    connections.incrementAndGet();
                    for (int request = 1; connection.readRequest(); request++) {
                        if (request == 2) {
                            second.countDown();
                            hold(left);
                        }
                        connection.send(OK);
                    }
                });
                var edge = edge(backend.uri());
                var other = RawClient.connect(edge.port())) {
            try (var client = RawClient.connect(edge.port())) {
                client.send(GET);
                assertThat(Edge.next(steps)).isEqualTo("ANSWERED");
                Edge.until(() -> edge.onLoop(() -> backend.requests().size() == 1));
                other.send(GET);
                assertThat(second.await(Edge.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
            }
            assertThat(edge.nextEnd()).isEqualTo(new BrokenOff(By.CLIENT, 200));
            left.countDown();
            edge.onLoop(recorded::tryComplete);
            assertThat(other.read().status()).isEqualTo(200);
            assertThat(connections).hasValue(1);
        }
    }

    /** Vert.x stops reading a connection for what is held up, also as the last of it comes and the connection is free. */
    @ParameterizedTest
    @ValueSource(ints = {13, 14, 15, 16, 17})
    void an_answer_that_is_held_up_whole_stops_nobody_else_on_its_connection(int pieces) {
        String answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "10\r\n0123456789abcdef\r\n".repeat(pieces) + LAST;
        try (var backend = RawBackend.answering(answer);
                var edge = edge(backend.uri());
                var other = RawClient.connect(edge.port())) {
            try (var client = RawClient.connect(edge.port())) {
                client.send(GET);
                assertThat(Edge.next(steps)).isEqualTo("ANSWERED");
            }
            assertThat(edge.nextEnd()).isEqualTo(new BrokenOff(By.CLIENT, 200));
            edge.onLoop(recorded::tryComplete);
            assertThat(other.exchange(GET).complete()).isTrue();
        }
    }

    private static void hold(CountDownLatch latch) {
        try {
            assertThat(latch.await(Edge.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void a_websocket_opens_when_its_beginning_is_recorded() {
        var vertx = Vertx.vertx();
        try (var backend = EchoBackend.start();
                var edge = edge(backend.uri())) {
            var client = vertx.createWebSocketClient(); // one that nobody holds is closed
            Future<WebSocket> connecting = client.connect(edge.port(), "127.0.0.1", "/talk");
            assertThat(Edge.next(steps)).isEqualTo("ANSWERED");
            assertThat(edge.onLoop(() -> steps.isEmpty())).isTrue();

            edge.onLoop(recorded::tryComplete);

            BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            WebSocket socket = Edge.await(connecting);
            socket.textMessageHandler(heard::add);
            socket.writeTextMessage("hello");
            assertThat(Edge.next(heard)).isEqualTo("hello");
            Edge.await(client.close());
        } finally {
            Edge.await(vertx.close());
        }
    }

    private Edge edge(String backend) {
        Edge edge = Edge.to(Shop.at(backend).config());
        return edge.gate(request -> Future.succeededFuture(edge.forward(request, new Head(), new Recording())));
    }

    private final class Head implements ResponseHead {

        @Override
        public void began(OpenRequest request) {
            begun.add(request);
        }

        @Override
        public void prepare(int status, MultiMap headers) {
            steps.add("head " + status);
        }
    }

    private final class Recording implements Settlement {

        @Override
        public void answered(Outcome outcome) {
            steps.add(outcome.kind().name());
        }

        @Override
        public Future<Void> recorded() {
            return recorded.future();
        }

        @Override
        public void ended() {
            steps.add("ended");
        }
    }
}
