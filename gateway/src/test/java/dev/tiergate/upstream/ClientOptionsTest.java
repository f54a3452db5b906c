package dev.tiergate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.routes.UpstreamConfig.Protocol;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What Vert.x leaves open or small by default is not left so. */
class ClientOptionsTest {

    /** The shortest time for which common backends keep a silent connection. */
    private static final int BACKENDS_KEEP_SECONDS = 5;

    @Test
    void no_connection_is_kept_longer_than_the_backend_keeps_it() {
        var options = ClientOptions.client(Shop.at("http://127.0.0.1:9").config(), Protocol.HTTP1);
        assertThat(options.getKeepAliveTimeout()).isPositive().isLessThan(BACKENDS_KEEP_SECONDS);
    }

    @Test
    void connecting_ends_with_the_upstreams_own_timeout_with_tls_and_without() {
        var shop =
                Shop.at("https://127.0.0.1:9").connect(Duration.ofMillis(321)).config();
        var options = ClientOptions.client(shop, Protocol.H2);
        assertThat(options.getConnectTimeout()).isEqualTo(321);
        assertThat(options.getSslHandshakeTimeout()).isEqualTo(321);
        assertThat(options.isVerifyHost()).isTrue();
        assertThat(options.isTrustAll()).isFalse();
    }

    @Test
    void bodies_pass_in_large_pieces() {
        var options = ClientOptions.client(Shop.at("http://127.0.0.1:9").config(), Protocol.HTTP1);
        assertThat(options.getMaxChunkSize()).isEqualTo(64 << 10);
    }

    @Test
    void the_pool_and_its_queue_end_somewhere() {
        var pool = ClientOptions.pool(3);
        assertThat(pool.getHttp1MaxSize()).isEqualTo(3);
        assertThat(pool.getHttp2MaxSize()).isEqualTo(3);
        assertThat(pool.getMaxWaitQueueSize()).isPositive();
    }
}
