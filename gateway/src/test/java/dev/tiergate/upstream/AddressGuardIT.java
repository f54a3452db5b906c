package dev.tiergate.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiergate.LogLines;
import dev.tiergate.fixtures.RawBackend;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.RecordingBackend;
import dev.tiergate.routes.Cidr;
import dev.tiergate.routes.TargetRule;
import dev.tiergate.routes.UpstreamConfig.Protocol;
import dev.tiergate.telemetry.MetricNames;
import io.vertx.core.Vertx;
import io.vertx.core.http.UpgradeRejectedException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where a name may lead. The loopback address stands in for a link-local one, which not every machine has. */
class AddressGuardIT {

    private static final String POST =
            "POST /orders HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer canary\r\nContent-Length: 2\r\n\r\nhi";

    private static final List<Cidr> LOOPBACK = List.of(new Cidr("127.0.0.0/8"));
    private static final TargetRule REFUSED = new TargetRule(LOOPBACK, List.of());
    private static final TargetRule ALLOWED = new TargetRule(LOOPBACK, List.of(new Cidr("127.0.0.1")));

    @ParameterizedTest
    @EnumSource(names = {"HTTP1", "H2C"})
    void a_name_that_leads_to_a_refused_address_gets_no_request(Protocol protocol) {
        try (var backend = RecordingBackend.start();
                var edge = edge(REFUSED, Shop.at(named(backend.port())).protocol(protocol));
                var client = RawClient.connect(edge.port())) {
            for (int i = 0; i < 3; i++) {
                var answer = client.exchange(POST);
                assertThat(answer.status()).isEqualTo(502);
                assertThat(answer.text()).isEqualTo("upstream_unavailable");
                assertThat(edge.nextSettled()).isEqualTo("NOT_SENT 0");
                assertThat(edge.nextSettled()).isEqualTo("ended");
            }
            assertThat(backend.arrived()).isZero();
            assertThat(refusals(edge)).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP1", "H2C"})
    void with_the_address_allowed_it_is_served(Protocol protocol) {
        try (var backend = RecordingBackend.start();
                var edge = edge(ALLOWED, Shop.at(named(backend.port())).protocol(protocol));
                var client = RawClient.connect(edge.port())) {
            assertThat(client.exchange(POST).status()).isEqualTo(200);
            assertThat(backend.last().text()).isEqualTo("hi");
            assertThat(refusals(edge)).isZero();
        }
    }

    @Test
    void the_connection_is_closed_without_a_byte_and_never_tried_again_for_the_same_request() {
        try (var backend = RawBackend.start(connection -> connection.readRequest());
                var edge = edge(REFUSED, Shop.at(named(backend.port())));
                var client = RawClient.connect(edge.port())) {
            assertThat(client.exchange(POST).status()).isEqualTo(502);
            assertThat(backend.requests()).isEmpty();
            assertThat(refusals(edge)).isEqualTo(1);
        }
    }

    @Test
    void another_endpoint_is_tried() {
        try (var refused = RecordingBackend.start();
                var sound = RecordingBackend.start();
                var edge = edge(REFUSED, Shop.at(named(refused.port()), sound.uri()));
                var client = RawClient.connect(edge.port())) {
            for (int i = 0; i < 4; i++) {
                assertThat(client.exchange(POST).status()).isEqualTo(200);
            }
            assertThat(refused.arrived()).isZero();
            assertThat(sound.count()).isEqualTo(4);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP1", "H2C"})
    void a_websocket_goes_no_further(Protocol protocol) {
        var vertx = Vertx.vertx();
        var client = vertx.createWebSocketClient();
        try (var backend = EchoBackend.start();
                var edge = edge(REFUSED, Shop.at(named(backend.port())).protocol(protocol))) {
            var refused = client.connect(edge.port(), "127.0.0.1", "/talk");
            assertThatThrownBy(() -> Edge.await(refused))
                    .isInstanceOfSatisfying(
                            UpgradeRejectedException.class,
                            answer -> assertThat(answer.getStatus()).isEqualTo(502));
            edge.targets(ALLOWED)
                    .update(Shop.at(named(backend.port())).protocol(protocol).config());
            Edge.await(Edge.await(client.connect(edge.port(), "127.0.0.1", "/talk"))
                    .close());
        } finally {
            Edge.await(vertx.close());
        }
    }

    @Test
    void a_change_of_what_is_allowed_holds_for_connections_that_are_open() {
        try (var backend = RecordingBackend.start();
                var edge = edge(ALLOWED, Shop.at(named(backend.port())));
                var client = RawClient.connect(edge.port())) {
            assertThat(client.exchange(POST).status()).isEqualTo(200);
            edge.targets(REFUSED).update(Shop.at(named(backend.port())).config());
            assertThat(client.exchange(POST).status()).isEqualTo(502);
            assertThat(backend.arrived()).isEqualTo(1);
        }
    }

    @Test
    void one_line_each_ten_seconds_says_why() {
        try (var lines = LogLines.of(AddressGuard.class.getName());
                var backend = RecordingBackend.start();
                var edge = edge(REFUSED, Shop.at(named(backend.port())));
                var client = RawClient.connect(edge.port())) {
            client.exchange(POST);
            client.exchange(POST);
            assertThat(lines.messages()).hasSize(1);
            assertThat(lines.messages().get(0)).contains("shop: " + Edge.NAME + " led to 127.0.0.1", "allow-address");
            edge.skip(Duration.ofSeconds(10));
            client.exchange(POST);
            assertThat(lines.messages()).hasSize(2);
        }
    }

    private static Edge edge(TargetRule targets, Shop shop) {
        var edge = Edge.to(Shop.at("http://127.0.0.1:1").connections(1).config());
        edge.targets(targets).update(shop.config());
        return edge;
    }

    private static String named(int port) {
        return "http://" + Edge.NAME + ":" + port;
    }

    private static int refusals(Edge edge) {
        return (int) edge.meters()
                .counter(MetricNames.UPSTREAM_ADDRESSES_REFUSED, "upstream", "shop")
                .count();
    }
}
