package dev.tiergate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Ports;
import dev.tiergate.fixtures.RawBackend;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.RecordingBackend;
import dev.tiergate.routes.Cidr;
import dev.tiergate.routes.TargetRule;
import dev.tiergate.routes.UpstreamConfig.HealthCheck;
import dev.tiergate.routes.UpstreamConfig.Protocol;
import dev.tiergate.telemetry.MetricNames;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How endpoints are asked, what their answers mean, and when the asking ends. */
class HealthCheckIT {

    private static final String GET = "GET /items HTTP/1.1\r\nHost: shop.example\r\n\r\n";
    private static final HealthCheck CHECK = new HealthCheck("/health?deep=1", Duration.ofMillis(100));

    @ParameterizedTest
    @EnumSource(names = {"HTTP1", "H2C"})
    void an_endpoint_is_asked_for_its_path_again_and_again_and_is_healthy(Protocol protocol) {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(
                        Shop.at(backend.uri()).protocol(protocol).health(CHECK).config())) {
            backend.awaitRequests(4);
            assertThat(backend.requests()).allSatisfy(asked -> {
                assertThat(asked.method()).isEqualTo("GET");
                assertThat(asked.target()).isEqualTo("/health?deep=1");
                assertThat(asked.header("User-Agent")).hasValue("tiergate-health-check");
            });
            assertThat(backend.requests().get(0).version()).isEqualTo(protocol == Protocol.H2C ? "h2" : "http/1.1");
            await(edge, backend.uri(), "healthy", null);
        }
    }

    @Test
    void an_unhealthy_endpoint_gets_no_requests_until_it_is_well_again() {
        try (var ill = RecordingBackend.start();
                var well = RecordingBackend.start();
                var edge = Edge.to(Shop.at(ill.uri(), well.uri()).health(CHECK).config());
                var client = RawClient.connect(edge.port())) {
            await(edge, ill.uri(), "healthy", null);
            ill.respondWith(500, Map.of(), "");
            await(edge, ill.uri(), "unhealthy", "answered 500");
            assertThat(unhealthy(edge, ill.uri())).isEqualTo(1);
            for (int i = 0; i < 10; i++) {
                assertThat(client.exchange(GET).status()).isEqualTo(200);
            }
            assertThat(requests(ill)).isZero();
            ill.respondWith(204, Map.of(), "");
            await(edge, ill.uri(), "healthy", null);
            assertThat(unhealthy(edge, ill.uri())).isZero();
            for (int i = 0; i < 10; i++) {
                client.exchange(GET);
            }
            assertThat(requests(ill)).isPositive();
        }
    }

    @Test
    void when_all_are_unhealthy_all_are_tried() {
        try (var one = RecordingBackend.start();
                var other = RecordingBackend.start();
                var edge = Edge.to(Shop.at(one.uri(), other.uri()).health(CHECK).config());
                var client = RawClient.connect(edge.port())) {
            one.respondWith(404, Map.of(), "");
            other.respondWith(404, Map.of(), "");
            await(edge, one.uri(), "unhealthy", "answered 404");
            await(edge, other.uri(), "unhealthy", "answered 404");
            for (int i = 0; i < 4; i++) {
                assertThat(client.exchange(GET).status()).isEqualTo(404);
            }
            assertThat(requests(one)).isPositive();
            assertThat(requests(other)).isPositive();
        }
    }

    @Test
    void a_redirect_is_not_followed_and_is_no_good_answer() {
        try (var other = RecordingBackend.start();
                var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).config())) {
            backend.respondWith(302, Map.of("Location", other.uri() + "/elsewhere"), "");
            edge.update(Shop.at(backend.uri()).health(CHECK).config());
            await(edge, backend.uri(), "unhealthy", "answered 302");
            assertThat(other.arrived()).isZero();
        }
    }

    @Test
    void an_endpoint_that_never_answers_has_failed_after_the_interval() {
        try (var backend = RawBackend.silent();
                var edge = Edge.to(Shop.at(backend.uri()).health(CHECK).config())) {
            await(edge, backend.uri(), "unhealthy", "no answer within 100 ms");
        }
    }

    @Test
    void an_endpoint_that_breaks_off_or_is_not_there_has_failed() {
        var gone = "http://127.0.0.1:" + Ports.free();
        try (var breaking = RawBackend.breaking();
                var edge = Edge.to(Shop.at(breaking.uri(), gone).health(CHECK).config())) {
            await(edge, breaking.uri(), "unhealthy", "broken off before an answer");
            Edge.until(() -> endpoint(edge, gone).health().equals("unhealthy"));
            assertThat(endpoint(edge, gone).why()).startsWith("no connection: ");
        }
    }

    @Test
    void an_answer_without_end_is_a_good_one_and_its_connection_is_closed() {
        var closed = new AtomicBoolean();
        try (var backend = RawBackend.start(connection -> {
                    connection.readRequest();
                    connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
                    connection.awaitClose();
                    closed.set(true);
                });
                var edge = Edge.to(Shop.at(backend.uri()).health(CHECK).config())) {
            await(edge, backend.uri(), "healthy", null);
            Edge.until(closed::get);
        }
    }

    @Test
    void a_name_that_leads_to_a_refused_address_is_not_asked() {
        var loopback = new TargetRule(List.of(new Cidr("127.0.0.0/8")), List.of());
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).config())) {
            var named = "http://" + Edge.NAME + ":" + backend.port();
            edge.targets(loopback).update(Shop.at(named).health(CHECK).config());
            Edge.until(() -> endpoint(edge, named).health().equals("unhealthy"));
            assertThat(endpoint(edge, named).why()).startsWith("no connection: a link-local or metadata address");
            assertThat(backend.arrived()).isZero();
        }
    }

    @Test
    void an_endpoint_that_is_gone_is_not_asked_any_more_and_leaves_no_series() {
        try (var leaving = RecordingBackend.start();
                var staying = RecordingBackend.start();
                var edge = Edge.to(
                        Shop.at(leaving.uri(), staying.uri()).health(CHECK).config())) {
            leaving.awaitRequests(2);
            edge.update(Shop.at(staying.uri()).health(CHECK).config());
            edge.onLoop(() -> "stopped");
            int asked = leaving.arrived();
            staying.awaitRequests(staying.count() + 5);
            // one may have been on its way when it was stopped
            assertThat(leaving.arrived()).isBetween(asked, asked + 1);
            assertThat(edge.meters()
                            .find(MetricNames.UPSTREAM_ENDPOINT_UNHEALTHY)
                            .gauges())
                    .hasSize(1);
        }
    }

    @Test
    void one_that_stays_keeps_its_health_and_its_pace_over_a_reload() {
        try (var ill = RawBackend.answering("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n");
                var other = RecordingBackend.start();
                var edge = Edge.to(Shop.at(ill.uri()).health(CHECK).config())) {
            await(edge, ill.uri(), "unhealthy", "answered 500");
            edge.update(
                    Shop.at(ill.uri(), other.uri()).health(CHECK).connections(3).config());
            assertThat(endpoint(edge, ill.uri()).health()).isEqualTo("unhealthy");
        }
    }

    @Test
    void nobody_is_asked_after_the_end() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).health(CHECK).config());
                var client = RawClient.connect(edge.port())) {
            backend.awaitRequests(2);
            edge.conditions().close();
            edge.onLoop(() -> "stopped");
            int asked = backend.arrived();
            for (int i = 0; i < 50; i++) {
                client.exchange(GET);
            }
            assertThat(backend.arrived()).isBetween(asked + 50, asked + 51);
        }
    }

    @Test
    void without_a_check_nobody_asks_and_nothing_is_said() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).config())) {
            assertThat(endpoint(edge, backend.uri()).health()).isEqualTo("unchecked");
            assertThat(edge.meters()
                            .find(MetricNames.UPSTREAM_ENDPOINT_UNHEALTHY)
                            .gauges())
                    .isEmpty();
        }
    }

    private static void await(Edge edge, String uri, String health, String why) {
        Edge.until(() -> endpoint(edge, uri).health().equals(health));
        assertThat(endpoint(edge, uri).why()).isEqualTo(why);
    }

    private static UpstreamReport.Endpoint endpoint(Edge edge, String uri) {
        return edge.conditions().report().get(0).endpoints().stream()
                .filter(endpoint -> endpoint.uri().toString().equals(uri))
                .findFirst()
                .orElseThrow();
    }

    private static double unhealthy(Edge edge, String uri) {
        return edge.meters()
                .get(MetricNames.UPSTREAM_ENDPOINT_UNHEALTHY)
                .tag("endpoint", uri)
                .gauge()
                .value();
    }

    /** Without the questions. */
    private static long requests(RecordingBackend backend) {
        return backend.requests().stream()
                .filter(request -> request.target().equals("/items"))
                .count();
    }
}
