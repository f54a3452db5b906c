package dev.tiergate.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.RunningGateway;
import dev.tiergate.fixtures.RawClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that hold a connection and bring no request: they lose it, and those that wait for an answer do not. */
class SlowClientsIT {

    private static final String GET = "GET /open/x HTTP/1.1\r\nHost: gw.test\r\n\r\n";
    private static final int SLOW = 400;

    /** Bytes of HTTP/2 (RFC 9113, section 6.9.2). */
    private static final int FIRST_WINDOW = 65_535;

    private static final long BETWEEN_BYTES = Duration.ofMillis(20).toNanos();

    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = RunningGateway.start(SharedRoutes.GATED_AND_OPEN, Map.of("TIERGATE_CLIENT_TIMEOUT", "1"), List.of());
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    @BeforeEach
    void forget() {
        gateway.backend().reset();
    }

    @Test
    void four_hundred_heads_that_never_end_are_cut_off_and_others_are_served() {
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < SLOW; i++) {
                clients.add(
                        RawClient.connect(gateway.port()).send("GET /open/x HTTP/1.1\r\nHost: gw.test\r\nX-Slow: "));
            }
            assertThat(gateway.exchange(GET).status()).isEqualTo(200);
            assertThat(clients).allMatch(RawClient::awaitClose);
        } finally {
            clients.forEach(RawClient::close);
        }
        assertThat(gateway.backend().requests()).hasSize(1);
    }

    @Test
    void a_byte_now_and_then_keeps_no_connection() {
        try (var client = RawClient.connect(gateway.port())) {
            client.send("GET /open/x HTTP/1.1\r\nHost: gw.test\r\nX-Slow: ");
            assertThat(dripsUntilClosed(client)).isTrue();
        }
        assertThat(gateway.backend().requests()).isEmpty();
    }

    @Test
    void a_connection_that_says_nothing_is_closed() {
        try (var client = RawClient.connect(gateway.port())) {
            assertThat(client.awaitClose()).isTrue();
        }
    }

    @Test
    void a_connection_is_closed_some_time_after_its_last_answer() throws IOException {
        try (var client = RawClient.connect(gateway.port());
                var http2 = Http2Wire.connect(gateway.port())) {
            assertThat(client.exchange(GET).status()).isEqualTo(200);
            assertThat(client.exchange(GET.replace("/open", "/nowhere")).status())
                    .isEqualTo(404);
            http2.headers(1, true, open());
            assertThat(http2.await(1).status()).isEqualTo(200);
            assertThat(client.awaitClose()).isTrue();
            assertThat(http2.await(3).end()).isIn(Http2Wire.End.GOAWAY, Http2Wire.End.CLOSED);
        }
    }

    @Test
    void an_answer_may_take_longer_than_a_request() throws IOException {
        try (var hold = gateway.backend().hold();
                var client = RawClient.connect(gateway.port());
                var http2 = Http2Wire.connect(gateway.port());
                var unused = RawClient.connect(gateway.port())) {
            client.send(GET);
            http2.headers(1, true, open());
            gateway.backend().awaitRequests(2);
            unused.send("G");
            assertThat(unused.awaitClose())
                    .as("longer than a connection may be unused")
                    .isTrue();
            hold.release();
            assertThat(client.read().status()).isEqualTo(200);
            assertThat(http2.await(1).status()).isEqualTo(200);
        }
    }

    /** More than the client may be sent at once: what is left waits in the gateway, where the request is over. */
    @Test
    void an_answer_of_which_a_part_still_waits_for_its_client_comes_whole() throws IOException {
        gateway.backend().respondWith(200, Map.of(), "x".repeat(100_000));
        try (var http2 = Http2Wire.connect(gateway.port())) {
            http2.headers(1, true, open());
            assertThat(http2.await(1).status()).isEqualTo(200);
            assertThat(http2.await(3).end()).isEqualTo(Http2Wire.End.GOAWAY);
            assertThat(http2.window(1, 1 << 20).awaitBody(1)).isEqualTo(100_000 - FIRST_WINDOW);
        }
    }

    private static byte[] open() {
        return Http2Wire.block(":method", "GET", ":scheme", "http", ":authority", "gw.test", ":path", "/open/x");
    }

    private static boolean dripsUntilClosed(RawClient client) {
        var end = System.nanoTime() + RawClient.DEFAULT_TIMEOUT.toNanos();
        try {
            while (System.nanoTime() - end < 0) {
                client.send("x");
                LockSupport.parkNanos(BETWEEN_BYTES);
            }
            return false;
        } catch (UncheckedIOException closed) {
            return true;
        }
    }
}
