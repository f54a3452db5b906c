package dev.tiergate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Ports;
import dev.tiergate.fixtures.RawBackend;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.RecordingBackend;
import dev.tiergate.routes.UpstreamConfig.CircuitBreaker;
import dev.tiergate.telemetry.MetricNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What opens a circuit, what passes while it is open, and how it closes. */
class CircuitBreakerIT {

    private static final String GET = "GET /items HTTP/1.1\r\nHost: shop.example\r\n\r\n";
    private static final String POST = "POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello";
    private static final CircuitBreaker THREE = rules(3);

    private static CircuitBreaker rules(int failures) {
        return new CircuitBreaker(failures, Duration.ofSeconds(10), Set.of(502, 503, 504));
    }

    private static Edge edge(CircuitBreaker breaker, String... endpoints) {
        return Edge.to(Shop.at(endpoints).breaker(breaker).config());
    }

    @Test
    void connections_that_are_broken_off_open_it_and_nothing_is_sent_any_more() {
        try (var backend = RawBackend.breaking();
                var edge = edge(THREE, backend.uri());
                var client = RawClient.connect(edge.port())) {
            assertThat(statuses(client, 3)).containsOnly(502);
            for (int i = 0; i < 3; i++) {
                var spared = client.exchange(GET);
                assertThat(spared.status()).isEqualTo(503);
                assertThat(spared.text()).isEqualTo("circuit_open");
            }
            assertThat(backend.requests()).hasSize(3);
            assertThat(gauge(edge)).isEqualTo(1);
        }
    }

    @Test
    void what_is_refused_was_not_sent_and_is_told_when_to_come_again() {
        try (var backend = RawBackend.breaking();
                var edge = edge(rules(1), backend.uri());
                var client = RawClient.connect(edge.port())) {
            client.exchange(GET);
            Edge.next(edge.ends);
            assertThat(edge.nextSettled()).isEqualTo("BROKEN_OFF 0");
            assertThat(edge.nextSettled()).isEqualTo("ended");
            edge.skip(Duration.ofMillis(3_500));
            client.exchange(GET);
            assertThat(edge.nextEnd())
                    .isInstanceOfSatisfying(
                            Forwarded.Failed.class,
                            failed -> assertThat(failed.refuse().headers()).isEqualTo(Map.of("Retry-After", "7")));
            assertThat(edge.nextSettled()).isEqualTo("NOT_SENT 0");
            assertThat(edge.nextSettled()).isEqualTo("ended");
        }
    }

    @Test
    void a_refused_connection_counts_once_a_request_however_many_endpoints_were_tried() {
        try (var edge = edge(THREE, gone(), gone(), gone());
                var client = RawClient.connect(edge.port())) {
            assertThat(statuses(client, 4)).containsExactly(502, 502, 502, 503);
        }
    }

    @Test
    void an_endpoint_that_stands_in_for_another_makes_it_a_success() {
        try (var sound = RecordingBackend.start();
                var edge = edge(rules(1), gone(), sound.uri());
                var client = RawClient.connect(edge.port())) {
            assertThat(statuses(client, 20)).containsOnly(200);
            assertThat(gauge(edge)).isZero();
        }
    }

    @Test
    void answers_that_do_not_come_in_time_open_it() {
        try (var backend = RawBackend.silent();
                var edge = Edge.to(Shop.at(backend.uri())
                        .response(Duration.ofMillis(100))
                        .breaker(rules(1))
                        .config());
                var client = RawClient.connect(edge.port())) {
            assertThat(statuses(client, 2)).containsExactly(504, 503);
            assertThat(backend.requests()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {502, 503, 504})
    void answers_that_say_so_open_it_and_are_passed_on(int status) {
        try (var backend = RawBackend.answering("HTTP/1.1 " + status + " No\r\nContent-Length: 2\r\n\r\nme");
                var edge = edge(rules(1), backend.uri());
                var client = RawClient.connect(edge.port())) {
            var own = client.exchange(GET);
            assertThat(own.status()).isEqualTo(status);
            assertThat(own.text()).isEqualTo("me");
            assertThat(client.exchange(GET).text()).isEqualTo("circuit_open");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 500})
    void other_answers_are_successes(int status) {
        try (var backend = RawBackend.answering("HTTP/1.1 " + status + " No\r\nContent-Length: 0\r\n\r\n");
                var edge = edge(rules(1), backend.uri());
                var client = RawClient.connect(edge.port())) {
            assertThat(statuses(client, 5)).containsOnly(status);
        }
    }

    @Test
    void which_answers_count_is_for_the_configuration_to_say() {
        var only500 = new CircuitBreaker(1, Duration.ofSeconds(10), Set.of(500));
        try (var unavailable = RawBackend.answering("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
                var edge = edge(only500, unavailable.uri());
                var client = RawClient.connect(edge.port())) {
            assertThat(statuses(client, 3)).containsOnly(503);
            assertThat(unavailable.requests()).hasSize(3);
        }
    }

    @Test
    void clients_that_leave_say_nothing_of_the_upstream() {
        try (var backend = RecordingBackend.start();
                var edge = edge(rules(1), backend.uri())) {
            backend.hold();
            for (int i = 1; i <= 3; i++) {
                try (var client = RawClient.connect(edge.port())) {
                    client.send(GET);
                    backend.awaitRequests(i);
                    client.reset();
                    backend.awaitAborted(i);
                }
                edge.nextEnd();
            }
            assertThat(gauge(edge)).isZero();
        }
    }

    @Test
    void nor_does_a_client_that_does_not_send_its_body() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri())
                        .idle(Duration.ofMillis(100))
                        .breaker(rules(1))
                        .config());
                var client = RawClient.connect(edge.port())) {
            assertThat(client.exchange(POST).status()).isEqualTo(408);
            assertThat(gauge(edge)).isZero();
        }
    }

    @Test
    void after_its_time_three_trials_pass_at_once_and_no_fourth_until_they_are_answered() {
        try (var backend = RecordingBackend.start();
                var edge = edge(rules(1), backend.uri());
                var client = RawClient.connect(edge.port())) {
            backend.respondWith(503, Map.of(), "");
            client.exchange(GET);
            edge.skip(Duration.ofSeconds(10));
            backend.reset();
            var hold = backend.hold();
            List<RawClient> trials = new ArrayList<>();
            for (int i = 0; i < Circuit.TRIALS; i++) {
                trials.add(RawClient.connect(edge.port()).send(GET));
            }
            backend.awaitRequests(Circuit.TRIALS);
            assertThat(client.exchange(GET).text()).isEqualTo("circuit_open");
            assertThat(gauge(edge)).isEqualTo(0.5);
            hold.release();
            for (var trial : trials) {
                assertThat(trial.read().status()).isEqualTo(200);
                trial.close();
            }
            assertThat(client.exchange(GET).status()).isEqualTo(200);
            assertThat(gauge(edge)).isZero();
        }
    }

    @Test
    void a_trial_whose_client_leaves_makes_room_for_another() {
        try (var backend = RecordingBackend.start();
                var edge = edge(rules(1), backend.uri());
                var client = RawClient.connect(edge.port())) {
            backend.respondWith(503, Map.of(), "");
            client.exchange(GET);
            edge.skip(Duration.ofSeconds(10));
            backend.reset();
            var hold = backend.hold();
            for (int i = 1; i <= Circuit.TRIALS; i++) {
                try (var trial = RawClient.connect(edge.port())) {
                    trial.send(GET);
                    backend.awaitRequests(i);
                    trial.reset();
                    backend.awaitAborted(i);
                }
            }
            hold.release();
            assertThat(statuses(client, Circuit.TRIALS)).containsOnly(200);
            assertThat(gauge(edge)).isZero();
        }
    }

    @Test
    void trials_whose_clients_drip_their_bodies_make_room_for_others() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri())
                        .response(Duration.ofSeconds(20))
                        .idle(Duration.ofHours(1))
                        .breaker(rules(1))
                        .config());
                var client = RawClient.connect(edge.port())) {
            backend.respondWith(503, Map.of(), "");
            client.exchange(GET);
            edge.skip(Duration.ofSeconds(10));
            backend.reset();
            List<RawClient> dripping = new ArrayList<>();
            for (int i = 1; i <= Circuit.TRIALS; i++) {
                dripping.add(RawClient.connect(edge.port()).send(POST));
                int begun = i;
                Edge.until(() -> backend.arrived() == begun);
            }
            edge.skip(Duration.ofSeconds(15));
            dripping.forEach(slow -> slow.send("!"));
            assertThat(client.exchange(GET).text()).isEqualTo("circuit_open");
            edge.skip(Duration.ofSeconds(5));
            Edge.until(() -> client.exchange(GET).status() == 200);
            assertThat(statuses(client, 2)).containsOnly(200);
            assertThat(gauge(edge)).isZero();
            for (var slow : dripping) {
                assertThat(slow.exchange("five").status()).isEqualTo(200);
                slow.close();
            }
        }
    }

    @Test
    void what_was_sent_before_it_opened_neither_closes_it_nor_opens_it_again() {
        try (var backend = RecordingBackend.start();
                var edge = edge(rules(1), backend.uri());
                var client = RawClient.connect(edge.port());
                var early = RawClient.connect(edge.port())) {
            backend.respondWith(503, Map.of(), "");
            var hold = backend.hold();
            early.send(GET);
            client.send(GET);
            backend.awaitRequests(2);
            hold.release();
            assertThat(client.read().status()).isEqualTo(503);
            assertThat(early.read().status()).isEqualTo(503);
            assertThat(edge.meters()
                            .counter(MetricNames.UPSTREAM_CIRCUIT_OPENED, "upstream", "shop")
                            .count())
                    .isEqualTo(1);
        }
    }

    @Test
    void those_that_wait_for_room_are_refused_too_when_it_opens() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(
                        Shop.at(backend.uri()).connections(1).breaker(rules(1)).config())) {
            backend.respondWith(503, Map.of(), "mine");
            var hold = backend.hold();
            List<RawClient> clients = new ArrayList<>();
            clients.add(RawClient.connect(edge.port()).send(GET));
            backend.awaitRequests(1);
            for (int i = 0; i < 4; i++) {
                clients.add(RawClient.connect(edge.port()).send(GET));
            }
            Edge.until(() -> edge.waiting() == 4);
            hold.release();
            assertThat(clients.remove(0).read().text()).isEqualTo("mine");
            for (var client : clients) {
                assertThat(client.read().text()).isEqualTo("circuit_open");
                client.close();
            }
            assertThat(backend.count()).isEqualTo(1);
        }
    }

    @Test
    void a_reload_that_leaves_its_rules_and_endpoints_alone_leaves_it_open_and_another_does_not() {
        try (var backend = RawBackend.breaking();
                var edge = edge(rules(1), backend.uri());
                var client = RawClient.connect(edge.port())) {
            client.exchange(GET);
            edge.update(Shop.at(backend.uri()).connections(3).breaker(rules(1)).config());
            assertThat(statuses(client, 1)).containsOnly(503);
            edge.update(Shop.at(backend.uri()).connections(3).breaker(rules(2)).config());
            assertThat(statuses(client, 2)).containsOnly(502);
            edge.update(Shop.at(backend.uri()).config());
            assertThat(statuses(client, 5)).containsOnly(502);
            assertThat(edge.meters().find(MetricNames.UPSTREAM_CIRCUIT_OPEN).gauges())
                    .isEmpty();
        }
    }

    private static List<Integer> statuses(RawClient client, int requests) {
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            statuses.add(client.exchange(GET).status());
        }
        return statuses;
    }

    private static double gauge(Edge edge) {
        return edge.meters()
                .get(MetricNames.UPSTREAM_CIRCUIT_OPEN)
                .tag("upstream", "shop")
                .gauge()
                .value();
    }

    private static String gone() {
        return "http://127.0.0.1:" + Ports.free();
    }
}
