package dev.tiergate.upstream;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/** Streams a request's body to the upstream, as fast as the upstream takes it. */
final class Upload {

    private static final long UNKNOWN = -1;

    private final Exchange exchange;
    private final HttpServerRequest request;
    private final HttpClientRequest upstream;
    private final @Nullable Buffer read;
    private long room;
    private long remaining = UNKNOWN;
    private boolean begun;
    private boolean finished;

    /**
     * @param read the beginning of the body, or all of it; null when nothing of it was read
     * @param max bytes that the body may have; 0 for no bound
     */
    Upload(Exchange exchange, HttpServerRequest request, HttpClientRequest upstream, @Nullable Buffer read, long max) {
        this.exchange = exchange;
        this.request = request;
        this.upstream = upstream;
        this.read = read;
        this.room = max == 0 ? Long.MAX_VALUE : max;
    }

    /** True once the last byte of the request was handed over. */
    boolean finished() {
        return finished;
    }

    /** Whether it is the client that is waited for, not the upstream. */
    boolean starved() {
        return !finished && !(begun && upstream.writeQueueFull());
    }

    void start() {
        String length = request.headers().get(HttpHeaders.CONTENT_LENGTH);
        boolean whole = request.isEnded();
        if (read != null && read.length() > room) {
            exchange.bodyTooLarge();
        } else if (read != null && whole) {
            upstream.headers().set(HttpHeaders.CONTENT_LENGTH, Integer.toString(read.length()));
            finish(read);
        } else if (read == null && (whole || hasNoBody(length))) {
            if (length != null) {
                upstream.headers().set(HttpHeaders.CONTENT_LENGTH, "0");
            }
            finish(null);
            if (!whole) {
                request.resume();
            }
        } else {
            if (length != null) {
                upstream.headers().set(HttpHeaders.CONTENT_LENGTH, length);
                remaining = Long.parseLong(length);
            }
            stream();
        }
    }

    /** In HTTP/2 only the stream's end tells. */
    private boolean hasNoBody(@Nullable String length) {
        return "0".equals(length)
                || (length == null
                        && request.version() != HttpVersion.HTTP_2
                        && !request.headers().contains(HttpHeaders.TRANSFER_ENCODING));
    }

    private void stream() {
        upstream.drainHandler(drained -> request.resume());
        request.handler(this::chunk);
        request.endHandler(end -> end());
        if (read != null && read.length() > 0) {
            chunk(read);
        }
        if (!finished) {
            request.resume();
            // What is there already comes first, then the head goes without waiting for the rest.
            Context context = Vertx.currentContext();
            if (context != null) {
                context.runOnContext(later -> sendHead());
            }
        }
    }

    private void sendHead() {
        if (!begun && !finished && !exchange.over()) {
            begin();
            upstream.sendHead();
        }
    }

    private void begin() {
        begun = true;
        if (remaining == UNKNOWN) {
            upstream.setChunked(true);
        }
    }

    private void chunk(Buffer chunk) {
        exchange.moved();
        if (finished || exchange.over()) {
            return;
        }
        room -= chunk.length();
        if (room < 0) {
            exchange.bodyTooLarge();
            return;
        }
        if (!begun) {
            begin();
        }
        if (remaining != UNKNOWN) {
            remaining -= chunk.length();
            if (remaining <= 0) {
                finish(chunk);
                return;
            }
        }
        upstream.write(chunk);
        if (upstream.writeQueueFull()) {
            request.pause();
        }
    }

    private void end() {
        if (!finished && !exchange.over()) {
            finish(null);
        }
    }

    private void finish(@Nullable Buffer last) {
        finished = true;
        if (last == null) {
            upstream.end();
        } else {
            upstream.end(last);
        }
        exchange.uploaded();
    }
}
