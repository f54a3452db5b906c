package dev.tiergate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.LogLines;
import dev.tiergate.fixtures.Ports;
import dev.tiergate.fixtures.RawBackend;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.RecordingBackend;
import dev.tiergate.telemetry.Lately;
import dev.tiergate.upstream.Forwarded.BrokenOff;
import dev.tiergate.upstream.Forwarded.BrokenOff.By;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokenOffIT {

    private static final String GET = "GET /items HTTP/1.1\r\nHost: shop.example\r\n\r\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello"
            })
    void a_response_cut_short_never_looks_whole(String answer) {
        try (var backend = RawBackend.answeringOnce(answer);
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            var response = client.exchange(GET);
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.complete()).isFalse();
            assertThat(client.awaitClose()).isTrue();
            assertThat(edge.nextEnd()).isEqualTo(new BrokenOff(By.UPSTREAM, 200));
            assertThat(edge.nextSettled()).isEqualTo("ANSWERED 200");
            assertThat(edge.nextSettled()).isEqualTo("ended");
        }
    }

    @Test
    void a_backend_that_resets_before_its_head_is_a_502() {
        try (var backend = RawBackend.breaking();
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            var response = client.exchange(GET);
            assertThat(response.status()).isEqualTo(502);
            assertThat(response.text()).isEqualTo("upstream_unavailable");
            assertThat(edge.nextSettled()).isEqualTo("BROKEN_OFF 0");
            assertThat(edge.nextSettled()).isEqualTo("ended");
            assertThat(client.exchange(GET).status()).isEqualTo(502);
        }
    }

    @Test
    void nothing_is_sent_twice_once_it_was_sent() {
        try (var broken = RawBackend.breaking();
                var sound = RecordingBackend.start();
                var edge = Edge.to(Shop.at(broken.uri(), sound.uri()).config());
                var client = RawClient.connect(edge.port())) {
            var post = "POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";
            assertThat(client.exchange(post).status()).isEqualTo(502);
            assertThat(sound.count()).isZero();
            assertThat(client.exchange(post).status()).isEqualTo(200);
            assertThat(sound.count()).isEqualTo(1);
        }
    }

    @Test
    void a_refused_connection_is_a_502() {
        try (var edge = Edge.to(Shop.at("http://127.0.0.1:" + Ports.free()).config());
                var client = RawClient.connect(edge.port())) {
            var response = client.exchange("POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");
            assertThat(response.status()).isEqualTo(502);
            assertThat(response.text()).isEqualTo("upstream_unavailable");
            assertThat(edge.nextSettled()).isEqualTo("NOT_SENT 0");
            assertThat(edge.nextSettled()).isEqualTo("ended");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                "HTTP/1.1 102 Processing\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: foo\r\n\r\n",
                "HTTP/2.7 200 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 2x0 OK\r\nContent-Length: 0\r\n\r\n",
                "220 mail.example ESMTP\r\n\r\n"
            })
    void a_head_that_is_garbage_is_a_502(String answer) {
        try (var backend = RawBackend.answeringOnce(answer);
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            assertThat(client.exchange(GET).status()).isEqualTo(502);
            assertThat(client.exchange(GET).status()).isEqualTo(502);
        }
    }

    @Test
    void a_line_each_ten_seconds_says_what_is_wrong_with_heads() {
        try (var lines = LogLines.of(ReverseProxy.class.getPackageName());
                var backend = RawBackend.answeringOnce("HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n\r\n");
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            client.exchange(GET);
            client.exchange(GET);
            assertThat(lines.messages())
                    .containsExactly("shop: The upstream used a transfer coding that nobody asked for");
            edge.skip(Lately.SPAN);
            client.exchange(GET);
            assertThat(lines.messages()).hasSize(2);
        }
    }

    @Test
    void a_head_past_its_bound_is_a_502() {
        try (var backend = RawBackend.answeringOnce(
                        "HTTP/1.1 200 OK\r\nX-Large: " + "v".repeat(1 << 20) + "\r\nContent-Length: 0\r\n\r\n");
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            assertThat(client.exchange(GET).status()).isEqualTo(502);
        }
    }

    @Test
    void a_folded_header_line_is_passed_on_unfolded() {
        try (var backend = RawBackend.answering("HTTP/1.1 200 OK\r\nX-Folded: a\r\n b\r\nContent-Length: 2\r\n\r\nok");
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            assertThat(client.exchange(GET).header("x-folded")).hasValue("a b");
        }
    }

    @Test
    void what_follows_a_whole_response_reaches_nobody() {
        try (var backend = RawBackend.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n"
                        + "Content-Length: 7\r\n\r\nfor-you");
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            assertThat(client.exchange(GET).text()).isEqualTo("ok");
            assertThat(client.exchange(GET).text()).isEqualTo("ok");
        }
    }

    @Test
    void the_upstream_is_told_when_the_client_leaves_before_the_answer() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            backend.hold();
            client.send(GET);
            backend.awaitRequests(1);
            client.reset();
            backend.awaitAborted(1);
            assertThat(edge.nextEnd()).isEqualTo(new BrokenOff(By.CLIENT, 0));
            assertThat(edge.nextSettled()).isEqualTo("CLIENT_GONE 0");
            assertThat(edge.nextSettled()).isEqualTo("ended");
        }
    }

    @Test
    void the_upstream_is_told_when_the_client_leaves_in_mid_answer() throws InterruptedException {
        var left = new CountDownLatch(1);
        try (var backend = RawBackend.start(connection -> {
                    connection.readRequest();
                    connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
                    connection.awaitClose();
                    left.countDown();
                });
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            client.send(GET);
            Edge.next(edge.settled);
            client.reset();
            assertThat(left.await(Edge.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(edge.nextEnd()).isEqualTo(new BrokenOff(By.CLIENT, 200));
            assertThat(edge.nextSettled()).isEqualTo("ended");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 10\r\n\r\nhello",
                "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"
            })
    void an_upload_that_breaks_off_never_looks_whole_to_the_upstream(String body) {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            client.send("POST /orders HTTP/1.1\r\nHost: a\r\n" + body);
            Edge.until(() -> backend.arrived() == 1);
            client.reset();
            backend.awaitAborted(1);
            assertThat(backend.count()).isZero();
            assertThat(edge.nextEnd()).isEqualTo(new BrokenOff(By.CLIENT, 0));
        }
    }

    @Test
    void a_chunk_that_is_garbage_never_looks_whole_to_the_upstream() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            client.send("POST /orders HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
            Edge.until(() -> backend.arrived() == 1);
            client.send("XYZ\r\nrest");
            backend.awaitAborted(1);
            assertThat(backend.count()).isZero();
        }
    }

    @Test
    void an_answer_before_the_upload_is_whole_reaches_the_client() {
        try (var backend = RawBackend.start(connection -> {
                    connection.readHead();
                    connection.send("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
                    connection.awaitClose();
                });
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            var response = client.exchange("POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello");
            assertThat(response.status()).isEqualTo(413);
            assertThat(response.text()).isEqualTo("no");
            assertThat(edge.nextEnd()).isEqualTo(new Forwarded.Answered(413));
            // the client finishes its body: the connection is whole again
            assertThat(client.send("world").exchange(GET).status()).isEqualTo(413);
        }
    }
}
