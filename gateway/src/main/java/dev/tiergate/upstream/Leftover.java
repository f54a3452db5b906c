package dev.tiergate.upstream;

import io.netty.handler.codec.http2.Http2Error;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;

/** The rest of a body that nobody wants any more, because its request was answered before it was whole. */
final class Leftover {

    /** How long a client may go on sending it. */
    private static final long LINGER_MILLIS = 5_000;

    private Leftover() {}

    /**
     * Closing at once could cost the client the answer: what it still sends is read and dropped for a while.
     *
     * @param patience for a client that does not take the answer
     */
    static void drop(Vertx vertx, HttpServerRequest request, Duration patience) {
        request.handler(dropped -> {});
        request.endHandler(null);
        request.resume();
        if (request.version() == HttpVersion.HTTP_2) {
            request.response().reset(Http2Error.NO_ERROR.code());
        } else {
            vertx.setTimer(LINGER_MILLIS, late -> {
                if (!request.isEnded()) {
                    BoundedClose.of(request.connection(), patience);
                }
            });
        }
    }
}
