package dev.tiergate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Ports;
import dev.tiergate.fixtures.RawBackend;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.RecordingBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BalanceIT {

    private static final String GET = "GET /items HTTP/1.1\r\nHost: shop.example\r\n\r\n";
    private static final String POST = "POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";

    @Test
    void a_refused_endpoint_costs_no_request() {
        try (var first = RecordingBackend.start();
                var second = RecordingBackend.start();
                var edge = Edge.to(Shop.at(first.uri(), "http://127.0.0.1:" + Ports.free(), second.uri())
                        .config());
                var client = RawClient.connect(edge.port())) {
            for (int i = 0; i < 30; i++) {
                assertThat(client.exchange(POST).status()).isEqualTo(200);
            }
            assertThat(first.count() + second.count()).isEqualTo(30);
        }
    }

    @Test
    void an_endpoint_is_ejected_after_five_failures_and_comes_back() {
        try (var sound = RecordingBackend.start();
                var breaking = RawBackend.breaking();
                var edge = Edge.to(Shop.at(sound.uri(), breaking.uri()).config());
                var client = RawClient.connect(edge.port())) {
            assertThat(failures(client, 20)).isEqualTo(5);
            assertThat(breaking.requests()).hasSize(5);
            edge.skip(Ejection.FIRST.minusSeconds(1));
            assertThat(failures(client, 10)).isZero();
            edge.skip(Duration.ofSeconds(2));
            assertThat(failures(client, 10)).isEqualTo(1);
        }
    }

    @Test
    void answers_of_500_do_not_eject() {
        try (var backend = RawBackend.answering("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n");
                var other = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri(), other.uri()).config());
                var client = RawClient.connect(edge.port())) {
            for (int i = 0; i < 20; i++) {
                client.exchange(GET);
            }
            assertThat(backend.requests()).hasSize(10);
        }
    }

    @Test
    void when_all_endpoints_are_ejected_all_are_tried() {
        try (var one = RawBackend.breaking();
                var other = RawBackend.breaking();
                var edge = Edge.to(Shop.at(one.uri(), other.uri()).config());
                var client = RawClient.connect(edge.port())) {
            assertThat(failures(client, 20)).isEqualTo(20);
            assertThat(one.requests()).hasSize(10);
        }
    }

    @Test
    void what_exceeds_the_connections_waits_its_turn() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).connections(1).config())) {
            var hold = backend.hold();
            List<RawClient> clients = clients(edge, 3);
            backend.awaitRequests(1);
            edge.onLoop(() -> "all have come");
            assertThat(backend.arrived()).isEqualTo(1);
            hold.release();
            for (RawClient client : clients) {
                assertThat(client.read().status()).isEqualTo(200);
                client.close();
            }
        }
    }

    @Test
    void those_who_wait_go_to_an_endpoint_that_came_back_when_another_comes() {
        try (var full = RecordingBackend.start();
                var back = RecordingBackend.start();
                var edge =
                        Edge.to(Shop.at(full.uri(), back.uri()).connections(1).config())) {
            eject(edge, back);
            full.hold();
            List<RawClient> clients = clients(edge, 3);
            Edge.until(() -> edge.waiting() == 2);
            edge.skip(Ejection.FIRST);
            clients.addAll(clients(edge, 1));
            back.awaitRequests(3);
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void what_ends_makes_way_for_as_many_as_there_is_room_for() {
        try (var full = RecordingBackend.start();
                var back = RecordingBackend.start();
                var edge =
                        Edge.to(Shop.at(full.uri(), back.uri()).connections(1).config())) {
            eject(edge, back);
            var first = full.hold();
            List<RawClient> clients = clients(edge, 3);
            full.awaitRequests(6);
            Edge.until(() -> edge.waiting() == 2);
            edge.skip(Ejection.FIRST);
            full.hold();
            back.hold();
            first.release();
            full.awaitRequests(7);
            back.awaitRequests(1);
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void what_exceeds_the_queue_is_refused_at_once() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).connections(1).config())) {
            backend.hold();
            List<RawClient> clients = clients(edge, 1);
            backend.awaitRequests(1);
            clients.addAll(clients(edge, 4));
            Edge.until(() -> edge.waiting() == 4);
            try (var client = RawClient.connect(edge.port())) {
                var response = client.exchange(GET);
                assertThat(response.status()).isEqualTo(503);
                assertThat(response.text()).isEqualTo("overloaded");
            }
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void who_waits_too_long_for_a_connection_is_refused() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri())
                        .connections(1)
                        .connect(Duration.ofMillis(300))
                        .config())) {
            backend.hold();
            List<RawClient> clients = clients(edge, 1);
            backend.awaitRequests(1);
            try (var client = RawClient.connect(edge.port())) {
                assertThat(client.exchange(GET).status()).isEqualTo(503);
            }
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void a_client_that_leaves_the_queue_leaves_no_work_behind() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).connections(1).config())) {
            var hold = backend.hold();
            List<RawClient> first = clients(edge, 1);
            backend.awaitRequests(1);
            List<RawClient> leaving = clients(edge, 3);
            Edge.until(() -> edge.waiting() == 3);
            leaving.forEach(RawClient::reset);
            Edge.until(() -> edge.waiting() == 0);
            hold.release();
            assertThat(first.get(0).read().status()).isEqualTo(200);
            assertThat(first.get(0).exchange(GET).status()).isEqualTo(200);
            assertThat(backend.count()).isEqualTo(2);
            first.get(0).close();
        }
    }

    /** From now on it would answer, but is not asked. */
    private static void eject(Edge edge, RecordingBackend backend) {
        backend.respond((received, response) -> response.reset());
        try (var client = RawClient.connect(edge.port())) {
            assertThat(failures(client, 2 * Ejection.FAILURES)).isEqualTo(Ejection.FAILURES);
        }
        backend.reset();
    }

    private static List<RawClient> clients(Edge edge, int count) {
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(RawClient.connect(edge.port()).send(GET));
        }
        return clients;
    }

    private static int failures(RawClient client, int requests) {
        int failures = 0;
        for (int i = 0; i < requests; i++) {
            if (client.exchange(GET).status() == 502) {
                failures++;
            }
        }
        return failures;
    }
}
