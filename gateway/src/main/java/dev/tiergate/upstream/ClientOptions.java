package dev.tiergate.upstream;

import dev.tiergate.routes.UpstreamConfig;
import dev.tiergate.routes.UpstreamConfig.Protocol;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.concurrent.TimeUnit;

/** Vert.x's client as a gateway wants it: every wait, pool and buffer bounded, nothing decoded on the way. */
final class ClientOptions {

    /** Small chunks make streaming dear: a 64 KiB body costs a fifth more in pieces of the default 8 KiB. */
    static final int MAX_CHUNK = 64 << 10;

    /** Backends send more than they accept; past this a head is garbage. */
    static final int MAX_HEADERS = 64 << 10;

    static final int MAX_INITIAL_LINE = 8 << 10;

    /** Streams on one HTTP/2 connection, as most servers allow. */
    static final int STREAMS_PER_CONNECTION = 100;

    /** Shorter than what common backends keep a connection for (5 s), so that none is closed under a request; see {@link KeepAlive}. */
    static final int KEEP_ALIVE_SECONDS = 4;

    private static final int HTTP2_KEEP_ALIVE_SECONDS = 60;
    private static final int STREAM_WINDOW = 64 << 10;

    private ClientOptions() {}

    /** @param protocol the configuration's, or HTTP/1.1 for what HTTP/2 has no word for */
    static HttpClientOptions client(UpstreamConfig config, Protocol protocol) {
        boolean tls = isTls(config);
        var options = new HttpClientOptions()
                .setProtocolVersion(protocol == Protocol.HTTP1 ? HttpVersion.HTTP_1_1 : HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setMaxChunkSize(MAX_CHUNK)
                .setMaxHeaderSize(MAX_HEADERS)
                .setMaxInitialLineLength(MAX_INITIAL_LINE)
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setHttp2KeepAliveTimeout(HTTP2_KEEP_ALIVE_SECONDS)
                .setHttp2MultiplexingLimit(STREAMS_PER_CONNECTION)
                .setInitialSettings(new Http2Settings()
                        .setInitialWindowSize(STREAM_WINDOW)
                        .setMaxHeaderListSize(MAX_HEADERS)
                        .setPushEnabled(false))
                .setHttp2ConnectionWindowSize((STREAMS_PER_CONNECTION + 1) * STREAM_WINDOW);
        options.setConnectTimeout(Math.toIntExact(config.connectTimeout().toMillis()))
                .setTcpKeepAlive(true);
        if (tls) {
            options.setSsl(true)
                    .setUseAlpn(protocol == Protocol.H2)
                    .setVerifyHost(true)
                    .setSslHandshakeTimeout(config.connectTimeout().toMillis())
                    .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
            if (config.tlsCa() != null) {
                options.setTrustOptions(new PemTrustOptions().addCertPath(config.tlsCa()));
            }
        }
        return options;
    }

    /** @param connections to each endpoint */
    static PoolOptions pool(int connections) {
        return new PoolOptions()
                .setHttp1MaxSize(connections)
                .setHttp2MaxSize(connections)
                .setMaxWaitQueueSize(connections * STREAMS_PER_CONNECTION);
    }

    static boolean isTls(UpstreamConfig config) {
        return "https".equalsIgnoreCase(config.endpoints().get(0).getScheme());
    }
}
