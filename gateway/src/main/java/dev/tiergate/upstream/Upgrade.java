package dev.tiergate.upstream;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

/** What an HTTP/1.1 request asks the connection to become (RFC 9110 section 7.8). */
public enum Upgrade {
    /** Nothing: the request is forwarded as any other. */
    NONE,
    /** A WebSocket (RFC 6455): tunnelled. */
    WEBSOCKET,
    /** Something that the gateway does not know: the edge answers 426. */
    UNKNOWN;

    static final CharSequence HEADER = HttpHeaders.createOptimized("upgrade");
    static final CharSequence WEBSOCKET_TOKEN = HttpHeaders.createOptimized("websocket");

    public static Upgrade of(HttpServerRequest request) {
        if (request.version() != HttpVersion.HTTP_1_1) {
            return NONE;
        }
        String protocol = request.headers().get(HEADER);
        if (protocol == null
                || !HopByHop.hasToken(String.join(",", request.headers().getAll(HttpHeaders.CONNECTION)), "upgrade")) {
            return NONE;
        }
        return protocol.equalsIgnoreCase("websocket") && request.method().equals(HttpMethod.GET) ? WEBSOCKET : UNKNOWN;
    }
}
