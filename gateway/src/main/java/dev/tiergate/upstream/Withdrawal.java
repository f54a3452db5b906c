package dev.tiergate.upstream;

import io.netty.handler.codec.http2.Http2Error;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Takes a request back from an upstream without spoiling a connection that others will use. */
final class Withdrawal {

    /** Longer than others' streams on the connection are open; those without an end of their own have their idle-timeout. */
    private static final Duration ANY_STREAM = Duration.ofDays(1);

    /** How long a tunnel's last frames may take to go out. */
    private static final Duration LAST_FRAMES = Duration.ofSeconds(1);

    private Withdrawal() {}

    /** Nothing was sent: the connection goes back unused. A reset would leak a stream of the pool in HTTP/2. */
    static void ofUnsent(HttpClientRequest request) {
        request.exceptionHandler(failure -> {});
        if (request.version() == HttpVersion.HTTP_2) {
            request.connection().shutdown(ANY_STREAM.toMillis(), TimeUnit.MILLISECONDS);
        } else {
            request.reset();
        }
    }

    /** Nothing was sent, and nothing may be on this connection. */
    static void ofConnection(HttpClientRequest request) {
        request.exceptionHandler(failure -> {});
        request.connection().close();
    }

    /**
     * In HTTP/1.1 only the connection's end takes a request back. A reset would return the connection to the pool when the
     * response came before the request was whole, and the next request would be read as the rest of this one. Of a whole
     * request it ends the connection unless the response came whole too: then others may use it, while the client still
     * takes the response.
     *
     * @param whole whether the request was sent to its end
     * @param flush whether what was written before goes out first, as a tunnel's last frames do
     */
    static void ofSent(HttpClientRequest request, boolean whole, boolean flush) {
        if (whole || request.version() == HttpVersion.HTTP_2) {
            request.reset(Http2Error.CANCEL.code());
        } else {
            BoundedClose.of(request.connection(), flush ? LAST_FRAMES : Duration.ZERO);
        }
    }
}
