package dev.tiergate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.RawBackend;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.RecordingBackend;
import dev.tiergate.upstream.Forwarded.BrokenOff;
import dev.tiergate.upstream.Forwarded.BrokenOff.By;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimeoutIT {

    private static final String GET = "GET /items HTTP/1.1\r\nHost: shop.example\r\n\r\n";
    private static final Duration SHORT = Duration.ofMillis(300);

    @Test
    void a_backend_that_does_not_answer_is_a_504() {
        try (var backend = RawBackend.silent();
                var edge = Edge.to(Shop.at(backend.uri()).response(SHORT).config());
                var client = RawClient.connect(edge.port())) {
            var response = client.exchange(GET);
            assertThat(response.status()).isEqualTo(504);
            assertThat(response.text()).isEqualTo("upstream_timeout");
            assertThat(edge.nextSettled()).isEqualTo("TIMED_OUT 0");
            assertThat(edge.nextSettled()).isEqualTo("ended");
        }
    }

    @Test
    void a_head_that_only_drips_is_a_504_all_the_same() {
        try (var backend = RawBackend.start(connection -> {
                    connection.readRequest();
                    while (true) {
                        connection.send("HTTP/1.1 100 Continue\r\n\r\n");
                    }
                });
                var edge = Edge.to(Shop.at(backend.uri()).response(SHORT).config());
                var client = RawClient.connect(edge.port())) {
            assertThat(client.exchange(GET).status()).isEqualTo(504);
        }
    }

    @Test
    void a_connection_that_is_not_accepted_is_a_504() throws IOException {
        try (var full = new FullListener();
                var edge = Edge.to(Shop.at(full.uri()).connect(SHORT).config());
                var client = RawClient.connect(edge.port())) {
            var response = client.exchange(GET);
            assertThat(response.status()).isEqualTo(504);
            assertThat(response.text()).isEqualTo("upstream_timeout");
            assertThat(edge.nextSettled()).isEqualTo("NOT_SENT 0");
        }
    }

    @Test
    void a_tls_handshake_that_never_comes_is_a_504() {
        try (var backend = RawBackend.start(connection -> connection.awaitClose());
                var edge = Edge.to(Shop.at("https://127.0.0.1:" + backend.port())
                        .connect(SHORT)
                        .config());
                var client = RawClient.connect(edge.port())) {
            assertThat(client.exchange(GET).status()).isEqualTo(504);
        }
    }

    @Test
    void a_body_that_stalls_is_broken_off() {
        try (var backend = RawBackend.start(connection -> {
                    connection.readRequest();
                    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
                    connection.awaitClose();
                });
                var edge = Edge.to(Shop.at(backend.uri()).idle(SHORT).config());
                var client = RawClient.connect(edge.port())) {
            var response = client.exchange(GET);
            assertThat(response.complete()).isFalse();
            assertThat(edge.nextEnd()).isEqualTo(new BrokenOff(By.IDLE, 200));
        }
    }

    @Test
    void a_body_that_keeps_moving_outlasts_every_limit() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri())
                        .response(Duration.ofSeconds(2))
                        .idle(Duration.ofSeconds(2))
                        .config());
                var client = RawClient.connect(edge.port())) {
            // pieces that come a tenth of the limit apart, for twice the limit
            backend.respond((received, response) -> {
                response.setChunked(true);
                drip(response, 20);
            });
            assertThat(client.exchange(GET).text()).isEqualTo("x".repeat(20));
        }
    }

    private static void drip(HttpServerResponse response, int left) {
        if (left == 0) {
            response.end();
        } else {
            response.write("x");
            Vertx.currentContext().owner().setTimer(200, later -> drip(response, left - 1));
        }
    }

    @Test
    void a_client_that_stops_sending_its_body_is_the_one_to_blame() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).idle(SHORT).config());
                var client = RawClient.connect(edge.port())) {
            var response = client.exchange("POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello");
            assertThat(response.status()).isEqualTo(408);
            assertThat(response.text()).isEqualTo("request_timeout");
            backend.awaitAborted(1);
        }
    }

    @Test
    void a_long_upload_is_no_late_answer() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).response(SHORT).config(), new HttpServerOptions());
                var client = RawClient.connect(edge.port())) {
            client.send("POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nh");
            edge.onLoop(() -> "the request is on its way");
            edge.skip(Duration.ofSeconds(10));
            assertThat(client.exchange("i").status()).isEqualTo(200);
        }
    }

    /** A listener whose backlog is full: connecting to it hangs. */
    private static final class FullListener implements AutoCloseable {
        private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final List<Socket> backlog = new ArrayList<>();

        FullListener() throws IOException {
            for (int i = 0; i < 2; i++) {
                backlog.add(new Socket(listener.getInetAddress(), listener.getLocalPort()));
            }
        }

        String uri() {
            return "http://127.0.0.1:" + listener.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            for (Socket socket : backlog) {
                socket.close();
            }
            listener.close();
        }
    }
}
