package dev.tiergate.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.RunningGateway;
import dev.tiergate.edge.Http2Wire.End;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How HTTP/2 connections are told to leave (RFC 9113, section 6.8). */
class GoodbyeIT {

    private static final String ROUTES = """
            routes: [ { path: /open/**, public: true, upstream: shop } ]
            """;

    private static final byte[] GET =
            Http2Wire.block(":method", "GET", ":scheme", "http", ":authority", "gw.test", ":path", "/open/x");

    @Test
    void a_stream_that_crosses_the_goaway_is_answered_and_the_last_one_is_named_before_the_end() throws Exception {
        try (var gateway = RunningGateway.start(ROUTES, Map.of("TIERGATE_DRAIN_DELAY", "3"), List.of());
                var wire = Http2Wire.connect(gateway.port())) {
            answered(wire, 1);

            gateway.drain();
            assertThat(wire.await(3).end()).isEqualTo(End.GOAWAY);
            assertThat(wire.lastStream()).isEqualTo(Integer.MAX_VALUE);
            answered(wire, 3);
            var hold = gateway.backend().hold();
            wire.headers(5, true, GET);

            try (var late = Http2Wire.connect(gateway.port())) {
                late.headers(1, true, GET);
                assertThat(late.await(1).end()).isEqualTo(End.GOAWAY);
                assertThat(late.lastStream()).isEqualTo(Integer.MAX_VALUE);

                assertThat(wire.await(5).end()).isEqualTo(End.GOAWAY);
                assertThat(wire.lastStream()).isEqualTo(5);
                assertThat(late.await(1).end()).isEqualTo(End.GOAWAY);
                assertThat(late.lastStream()).isEqualTo(1);

                hold.release();
                assertThat(wire.await(5).status()).isEqualTo(200);
                assertThat(wire.await(7).end()).isEqualTo(End.CLOSED);
                assertThat(late.await(1).status()).isEqualTo(200);
            }
        }
    }

    private static void answered(Http2Wire wire, int stream) throws IOException {
        wire.headers(stream, true, GET);
        assertThat(wire.await(stream).status()).isEqualTo(200);
    }
}
