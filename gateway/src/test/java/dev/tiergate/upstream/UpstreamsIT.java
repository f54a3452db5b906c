package dev.tiergate.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiergate.fixtures.RawBackend;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.RecordingBackend;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class UpstreamsIT {

    private static final String GET = "GET /items HTTP/1.1\r\nHost: shop.example\r\n\r\n";

    @Test
    void an_equal_configuration_keeps_its_connections() {
        var connections = new AtomicInteger();
        try (var backend = RawBackend.start(connection -> {
                    connections.incrementAndGet();
                    while (connection.readRequest()) {
                        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                    }
                });
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            client.exchange(GET);
            edge.update(Shop.at(backend.uri()).config());
            client.exchange(GET);
            assertThat(connections).hasValue(1);
            edge.update(Shop.at(backend.uri()).connections(7).config());
            client.exchange(GET);
            assertThat(connections).hasValue(2);
        }
    }

    @Test
    void an_equal_configuration_keeps_its_ejections() {
        try (var breaking = RawBackend.breaking();
                var sound = RecordingBackend.start();
                var edge = Edge.to(Shop.at(breaking.uri(), sound.uri()).config());
                var client = RawClient.connect(edge.port())) {
            for (int i = 0; i < 10; i++) {
                client.exchange(GET);
            }
            edge.update(Shop.at(breaking.uri(), sound.uri()).config());
            for (int i = 0; i < 10; i++) {
                assertThat(client.exchange(GET).status()).isEqualTo(200);
            }
        }
    }

    @Test
    void a_changed_upstream_ends_what_it_has_begun() {
        try (var before = RecordingBackend.start();
                var after = RecordingBackend.start();
                var edge = Edge.to(Shop.at(before.uri()).config());
                var early = RawClient.connect(edge.port());
                var late = RawClient.connect(edge.port())) {
            var hold = before.hold();
            early.send(GET);
            before.awaitRequests(1);
            edge.update(Shop.at(after.uri()).config());
            assertThat(late.exchange(GET).status()).isEqualTo(200);
            assertThat(after.count()).isEqualTo(1);
            hold.release();
            assertThat(early.read().status()).isEqualTo(200);
            assertThat(before.count()).isEqualTo(1);
        }
    }

    @Test
    void a_changed_upstream_closes_its_connections() {
        var closed = new CountDownLatch(1);
        try (var before = RawBackend.start(connection -> {
                    connection.readRequest();
                    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                    connection.awaitClose();
                    closed.countDown();
                });
                var edge = Edge.to(Shop.at(before.uri()).config());
                var client = RawClient.connect(edge.port())) {
            client.exchange(GET);
            edge.update();
            Latches.await(closed);
        }
    }

    /** Vert.x alone keeps this one for ever. */
    @Test
    void a_connection_that_its_backend_does_not_keep_is_given_up() {
        var closed = new CountDownLatch(1);
        try (var backend = RawBackend.start(connection -> {
                    connection.readRequest();
                    connection.send("HTTP/1.1 200 OK\r\nKeep-Alive: timeout=0\r\nContent-Length: 0\r\n\r\n");
                    connection.awaitClose();
                    closed.countDown();
                });
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            assertThat(client.exchange(GET).status()).isEqualTo(200);
            Latches.await(closed);
        }
    }

    @Test
    void a_request_that_was_matched_before_a_change_is_still_served() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            ReverseProxy matched = edge.proxy();
            edge.update();
            assertThatThrownBy(edge::proxy).hasMessageContaining("No upstream 'shop'");
            edge.use(matched);
            assertThat(client.exchange(GET).status()).isEqualTo(200);
            assertThat(client.exchange(GET).status()).isEqualTo(200);
        }
    }
}
