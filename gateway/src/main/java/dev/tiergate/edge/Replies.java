package dev.tiergate.edge;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;

/** Writes answers of the gateway's own, and leaves the connection in a state in which the next request can be read. */
final class Replies {

    /** What is cheaper to read and forget than a new connection. */
    private static final long MAX_DISCARDED = 64 * 1024;

    private Replies() {}

    /** Ends the request, and with it its HTTP/1 connection while the loop drains. */
    static void write(HttpServerRequest request, Answer answer, EdgeLoop loop) {
        write(request, answer, loop, loop.draining());
        loop.ended(request);
    }

    private static void write(HttpServerRequest request, Answer answer, EdgeLoop loop, boolean last) {
        var response = request.response();
        if (response.headWritten() || response.closed()) {
            return;
        }
        response.setStatusCode(answer.status());
        answer.headers().forEach(response::putHeader);
        if (request.version() == HttpVersion.HTTP_2) {
            response.end(answer.body()).onComplete(sent -> forget(request, response));
        } else if (last || bodyIsLeft(request)) {
            goodbye(request, response.headers(), loop);
            response.end(answer.body()).onComplete(sent -> LingeringClose.of(request));
        } else {
            request.resume();
            response.end(answer.body());
        }
    }

    /**
     * Tells an HTTP/1 client that this connection ends, after which nothing more that came on it is served; HTTP/2 says so for
     * the connection, not for an answer.
     */
    static void goodbye(HttpServerRequest request, MultiMap headers, EdgeLoop loop) {
        if (request.version() != HttpVersion.HTTP_2) {
            headers.set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            loop.leave(request);
        }
    }

    /**
     * Ends an HTTP/1 connection if its last answer said goodbye. One whose head went out just before the drain began did not:
     * its client may already have sent the next request.
     */
    static void leave(HttpServerRequest request) {
        var told = request.response().headers().contains(HttpHeaders.CONNECTION, HttpHeaders.CLOSE, true);
        if (told && request.version() != HttpVersion.HTTP_2) {
            request.connection().close();
        }
    }

    /**
     * A body that nobody will read: if its length is not known or long, or the client waits for a 100 before it sends it,
     * what follows on the connection cannot be told apart from it.
     */
    private static boolean bodyIsLeft(HttpServerRequest request) {
        if (request.isEnded()) {
            return false;
        }
        var length = InspectedBody.declaredLength(request);
        return length < 0 || length > MAX_DISCARDED || (length > 0 && RequestHead.expectsContinue(request));
    }

    /** HTTP/2: a stream that is half open is reset, so that the client stops sending (RFC 9113, section 8.1). */
    private static void forget(HttpServerRequest request, HttpServerResponse response) {
        if (!request.isEnded()) {
            response.reset(0);
        }
    }
}
