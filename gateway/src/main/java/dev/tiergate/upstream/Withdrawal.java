package dev.tiergate.upstream;

import io.netty.handler.codec.http2.Http2Error;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpVersion;

/** Takes a request back from an upstream without spoiling a connection that others will use. */
final class Withdrawal {

    private Withdrawal() {}

    /** Nothing was sent: the connection goes back unused. A reset would leak a stream of the pool in HTTP/2. */
    static void ofUnsent(HttpClientRequest request) {
        request.exceptionHandler(failure -> {});
        if (request.version() == HttpVersion.HTTP_2) {
            request.connection().shutdown();
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
     */
    static void ofSent(HttpClientRequest request, boolean whole) {
        if (whole || request.version() == HttpVersion.HTTP_2) {
            request.reset(Http2Error.CANCEL.code());
        } else {
            request.connection().close();
        }
    }
}
