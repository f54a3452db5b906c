package dev.tiergate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;

class EndpointTest {

    private final Endpoint endpoint =
            new Endpoint(0, URI.create("http://10.0.0.1:80"), 2, new EndpointHealth(Health.UNCHECKED));

    @Test
    void room_ends_at_capacity() {
        endpoint.take();
        assertThat(endpoint.hasRoom()).isTrue();
        endpoint.take();
        assertThat(endpoint.hasRoom()).isFalse();
        endpoint.giveBack();
        assertThat(endpoint.hasRoom()).isTrue();
    }

    @Test
    void it_serves_whoever_has_a_connection() {
        endpoint.take();
        endpoint.connects();
        assertThat(endpoint.serves()).isFalse();
        endpoint.connected();
        endpoint.take();
        endpoint.connects();
        assertThat(endpoint.serves()).isTrue();
        endpoint.connected();
        endpoint.giveBack();
        endpoint.giveBack();
        assertThat(endpoint.serves()).isFalse();
    }
}
