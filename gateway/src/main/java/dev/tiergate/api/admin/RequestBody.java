package dev.tiergate.api.admin;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A request's whole body, bounded in size and time. */
final class RequestBody {

    static final int MAX_BYTES = 1 << 20;

    /** A megabyte in so long is slower than any line of an operator's. */
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private RequestBody() {}

    /** @param request paused, with nothing read yet */
    static Future<Buffer> read(HttpServerRequest request) {
        Promise<Buffer> whole = Promise.promise();
        var read = Buffer.buffer();
        request.exceptionHandler(whole::tryFail);
        request.handler(chunk -> {
            if (read.length() + chunk.length() > MAX_BYTES) {
                request.pause();
                whole.tryFail(Problem.of(413, "request_too_large", "A body has at most 1 MiB")
                        .asException());
            } else {
                read.appendBuffer(chunk);
            }
        });
        request.endHandler(end -> whole.tryComplete(read));
        request.resume();
        return whole.future()
                .timeout(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
                .recover(fault -> Future.failedFuture(
                        fault instanceof TimeoutException
                                ? Problem.of(408, "request_timeout", "The body did not come in time")
                                        .asException()
                                : fault));
    }
}
