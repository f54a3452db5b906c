package dev.tiergate.edge;

import dev.tiergate.plugin.BodyTooLargeException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/** The body of one request: read into memory where a check asks for it, within its bound; otherwise never touched. */
final class InspectedBody {

    private final HttpServerRequest request;
    private @Nullable Buffer read;
    private @Nullable Future<Buffer> whole;

    InspectedBody(HttpServerRequest request) {
        this.request = request;
    }

    /** The same answer to every check, whatever their bounds: the first bound counts. */
    Future<Buffer> whole(int maxBytes) {
        var known = whole;
        if (known == null) {
            var buffer = Buffer.buffer();
            read = buffer;
            known = declaredLength(request) > maxBytes
                    ? Future.failedFuture(new BodyTooLargeException(maxBytes))
                    : collect(buffer, maxBytes);
            whole = known;
        }
        return known;
    }

    /** What was taken from the request so far; the upstream gets it first. Null when nothing was asked for. */
    @Nullable
    Buffer taken() {
        return read;
    }

    /** The Content-Length, 0 without a body, -1 where only its end will tell. */
    static long declaredLength(HttpServerRequest request) {
        var length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length != null) {
            return parse(length);
        }
        return request.isEnded() || (!request.headers().contains(HttpHeaders.TRANSFER_ENCODING) && !isHttp2(request))
                ? 0
                : -1;
    }

    private static long parse(String length) {
        try {
            return Long.parseLong(length);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE; // the codec refuses such a header before us; never a small body
        }
    }

    private static boolean isHttp2(HttpServerRequest request) {
        return request.version() == HttpVersion.HTTP_2;
    }

    private Future<Buffer> collect(Buffer buffer, int maxBytes) {
        if (request.isEnded()) {
            return Future.succeededFuture(buffer);
        }
        if (RequestHead.expectsContinue(request)) {
            request.response().writeContinue();
            request.headers().remove(HttpHeaders.EXPECT); // what is left of the body comes unasked
        }
        var done = Promise.<Buffer>promise();
        request.handler(chunk -> {
            buffer.appendBuffer(chunk);
            if (buffer.length() > maxBytes) {
                request.pause();
                done.tryFail(new BodyTooLargeException(maxBytes));
            }
        });
        request.endHandler(end -> done.tryComplete(buffer));
        request.exceptionHandler(done::tryFail);
        request.resume();
        return done.future();
    }
}
