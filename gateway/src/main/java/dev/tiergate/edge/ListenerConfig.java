package dev.tiergate.edge;

import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The public listener's address and bounds.
 *
 * @param port 0 for a free one
 * @param tls null for clear text
 * @param clientTimeout how long a connection may be without a request
 * @param idle how long a connection may be silent; longer than any upstream's own timeouts
 */
public record ListenerConfig(
        String host, int port, @Nullable TlsIdentity tls, Duration clientTimeout, Duration idle) {

    /** All header fields together, as most servers have it. */
    static final int MAX_HEADER_BYTES = 16 * 1024;

    /** Streaming in pieces of 8 KiB, the default, costs a fifth more. */
    private static final int CHUNK_BYTES = 64 * 1024;

    private static final int MAX_STREAMS = 256;

    /** A free port that is the same for all event loops; by 0 Vert.x gives each a port of its own. */
    private static final int ONE_FREE_PORT = -1;

    HttpServerOptions toOptions() {
        var options = new HttpServerOptions()
                .setHost(host)
                .setPort(port == 0 ? ONE_FREE_PORT : port)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxInitialLineLength(PathReader.MAX_TARGET + 64)
                .setMaxChunkSize(CHUNK_BYTES)
                .setHandle100ContinueAutomatically(false)
                .setIdleTimeout((int) idle.toSeconds())
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                // WebSockets pass as they are; what is there for these would look at each request and its answer
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setInitialSettings(new Http2Settings()
                        .setMaxConcurrentStreams(MAX_STREAMS)
                        .setMaxHeaderListSize(MAX_HEADER_BYTES));
        if (tls != null) {
            options.setSsl(true).setUseAlpn(true).setKeyCertOptions(tls.options());
        }
        return options;
    }
}
