package dev.tiergate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.RecordingBackend;
import org.junit.jupiter.api.Test;

class ForwardIT {

    @Test
    void a_request_goes_out_and_its_response_comes_back() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Edge.shop(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            backend.respondWith(201, java.util.Map.of("X-Shop", "yes"), "made");
            var response = client.exchange(
                    "POST /orders?q=1 HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 5\r\nX-A: 1\r\n\r\nhello");
            assertThat(response.status()).isEqualTo(201);
            assertThat(response.text()).isEqualTo("made");
            assertThat(response.header("x-shop")).hasValue("yes");
            assertThat(response.header("x-seen")).hasValue("201");
            assertThat(backend.last().text()).isEqualTo("hello");
            assertThat(backend.last().target()).isEqualTo("/orders?q=1");
            assertThat(edge.nextEnd()).isEqualTo(new Forwarded.Answered(201));
            assertThat(edge.nextSettled()).isEqualTo("ANSWERED 201");
            assertThat(edge.nextSettled()).isEqualTo("ended");
            var again = client.exchange("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(again.status()).isEqualTo(201);
        }
    }
}
