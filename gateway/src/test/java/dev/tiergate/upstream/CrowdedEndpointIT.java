package dev.tiergate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.RecordingBackend;
import dev.tiergate.routes.UpstreamConfig;
import dev.tiergate.routes.UpstreamConfig.CircuitBreaker;
import dev.tiergate.routes.UpstreamConfig.Protocol;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** An endpoint that carries fewer exchanges than it is believed to. */
class CrowdedEndpointIT {

    private static final String GET = "GET /items HTTP/1.1\r\nHost: shop.example\r\n\r\n";

    /** So that a single failure would be seen in the next answer. */
    private static final CircuitBreaker ONE_FAILURE = new CircuitBreaker(1, Duration.ofSeconds(10), Set.of(502, 504));

    @Test
    void a_backend_that_takes_one_stream_at_a_time_is_busy_and_not_broken() {
        try (var backend = new OneStream();
                var edge = Edge.to(backend.shop(Duration.ofSeconds(1)));
                var first = RawClient.connect(edge.port());
                var second = RawClient.connect(edge.port())) {
            first.send(GET);
            var held = Edge.next(backend.arrived);

            assertThat(second.exchange(GET).text()).isEqualTo("overloaded");

            held.end();
            assertThat(first.read().status()).isEqualTo(200);
            second.send(GET);
            Edge.next(backend.arrived).end();
            assertThat(second.read().status()).isEqualTo(200);
        }
    }

    @Test
    void who_waited_too_long_for_a_stream_of_one_endpoint_goes_to_another() {
        try (var backend = new OneStream();
                var other = RecordingBackend.start();
                var edge = Edge.to(backend.shop(Duration.ofMillis(300), other.uri()));
                var first = RawClient.connect(edge.port());
                var second = RawClient.connect(edge.port())) {
            first.send(GET);
            var held = Edge.next(backend.arrived);

            for (int i = 0; i < 4; i++) {
                assertThat(second.exchange(GET).status()).isEqualTo(200);
            }

            assertThat(other.arrived()).isEqualTo(4);
            held.end();
            assertThat(first.read().status()).isEqualTo(200);
        }
    }

    /** A backend of HTTP/2 with one connection, on which it takes one request at a time; a test answers. */
    private static final class OneStream implements AutoCloseable {

        private final Vertx vertx = Vertx.vertx();
        private final BlockingQueue<HttpServerResponse> arrived = new LinkedBlockingQueue<>();
        private final HttpServer server = vertx.createHttpServer(
                        new HttpServerOptions().setInitialSettings(new Http2Settings().setMaxConcurrentStreams(1)))
                .requestHandler(request -> arrived.add(request.response()));

        OneStream() {
            Edge.await(server.listen(0, "127.0.0.1"));
        }

        UpstreamConfig shop(Duration connect, String... others) {
            String uri = "http://127.0.0.1:" + server.actualPort();
            return Shop.at(Stream.concat(Stream.of(uri), Stream.of(others)).toArray(String[]::new))
                    .protocol(Protocol.H2C)
                    .connections(1)
                    .connect(connect)
                    .breaker(ONE_FAILURE)
                    .config();
        }

        @Override
        public void close() {
            Edge.await(vertx.close());
        }
    }
}
