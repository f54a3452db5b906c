package dev.tiergate.upstream;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpClientConnectionInternal;
import org.jspecify.annotations.Nullable;

/** Streams a response to the client, as fast as the client takes it. */
final class Download {

    private static final long UNKNOWN = -1;
    private static final String EVENTS = "text/event-stream";
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    private final Exchange exchange;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final HttpClientResponse upstream;
    private final ResponseHead head;
    private final Inflow inflow;
    private final long lastResponse;
    private long remaining = UNKNOWN;
    private boolean events;
    private boolean reset;

    /** @param held whether the upstream's response is paused, until {@link #start} */
    Download(
            Exchange exchange,
            HttpServerRequest request,
            HttpClientResponse upstream,
            ResponseHead head,
            boolean held) {
        this.exchange = exchange;
        this.request = request;
        this.response = request.response();
        this.upstream = upstream;
        this.head = head;
        this.inflow = new Inflow(upstream, held, this::connectionEnded);
        this.lastResponse = connection().lastResponseReceivedTimestamp();
        // before anything can go wrong: then Vert.x takes no handlers any more
        upstream.handler(this::chunk);
        upstream.endHandler(end -> end());
        upstream.exceptionHandler(this::closed);
    }

    /**
     * Null when the head makes sense, else what is wrong with it: framing that the gateway cannot undo, or an interim
     * status that Vert.x takes for a final one.
     */
    static @Nullable String fault(HttpClientResponse upstream) {
        String coding = upstream.headers().get(HttpHeaders.TRANSFER_ENCODING);
        if (coding != null && !coding.equalsIgnoreCase("chunked")) {
            return "The upstream used a transfer coding that nobody asked for";
        }
        if (upstream.statusCode() < HttpResponseStatus.OK.code()) {
            return "The upstream sent an interim response that nobody asked for";
        }
        return length(upstream) == Long.MIN_VALUE ? "The upstream sent a Content-Length that is no number" : null;
    }

    /** Passes the head on, and then the body. */
    void start() {
        int status = upstream.statusCode();
        response.setStatusCode(status);
        String message = upstream.statusMessage();
        // Vert.x knows a 304 by the identity of its standard status
        if (hasBody(status)
                && !HttpResponseStatus.valueOf(status).reasonPhrase().equals(message)) {
            response.setStatusMessage(message);
        }
        boolean coded = upstream.headers().contains(HttpHeaders.TRANSFER_ENCODING);
        Headers.toClient(upstream.headers(), response.headers(), !coded);
        if (hasBody(status)) {
            remaining = length(upstream);
            if (remaining == UNKNOWN) {
                response.setChunked(true);
            }
        }
        head.prepare(status, response.headers());
        if (remaining == UNKNOWN && hasBody(status) && isEvents()) {
            events = true;
            head.streams();
            if (exchange.over()) {
                return; // it may not go on, as things are by now
            }
        }
        response.drainHandler(drained -> inflow.release());
        inflow.release();
        if (hasBody(status) && remaining != 0) {
            sendHeadSoon();
        }
    }

    /** Server-sent events, which have no end of their own. */
    private boolean isEvents() {
        String type = upstream.headers().get(HttpHeaders.CONTENT_TYPE);
        return type != null && type.regionMatches(true, 0, EVENTS, 0, EVENTS.length());
    }

    /** True for what can end anywhere. */
    boolean isEndless() {
        return events && !response.ended();
    }

    private boolean hasBody(int status) {
        return !request.method().equals(HttpMethod.HEAD) && status != NO_CONTENT && status != NOT_MODIFIED;
    }

    /** -1 when unknown, {@link Long#MIN_VALUE} when it is no number. */
    private static long length(HttpClientResponse upstream) {
        String length = upstream.headers().get(HttpHeaders.CONTENT_LENGTH);
        if (length == null || upstream.headers().contains(HttpHeaders.TRANSFER_ENCODING)) {
            return UNKNOWN;
        }
        try {
            long bytes = Long.parseLong(length);
            return bytes < 0 ? Long.MIN_VALUE : bytes;
        } catch (NumberFormatException e) {
            return Long.MIN_VALUE;
        }
    }

    /**
     * A head without a body in the same read goes out alone (server-sent events begin so); with one, both leave in one
     * packet.
     */
    private void sendHeadSoon() {
        Context context = Vertx.currentContext();
        // HTTP/1.0 knows no chunks: there the head waits for the first byte
        if (context != null && request.version() != HttpVersion.HTTP_1_0) {
            context.runOnContext(later -> {
                if (!response.headWritten() && !response.ended() && !exchange.over()) {
                    response.writeHead();
                }
            });
        }
    }

    private void chunk(Buffer chunk) {
        exchange.moved();
        if (exchange.over() || response.ended()) {
            return;
        }
        if (remaining != UNKNOWN) {
            remaining -= chunk.length();
            if (remaining < 0) {
                exchange.upstreamBroke();
                return;
            }
            if (remaining == 0 && upstream.version() != HttpVersion.HTTP_2) {
                // Head, body and end in one write; only HTTP/2 can send trailers after this.
                response.end(chunk);
                return;
            }
        }
        response.write(chunk);
        if (response.writeQueueFull()) {
            inflow.hold();
        }
    }

    /** What the upstream had sent by then comes yet. */
    private void closed(Throwable failure) {
        if (upstream.version() == HttpVersion.HTTP_2) {
            exchange.upstreamBroke(); // a stream that was reset is void
        } else {
            reset = !(failure instanceof HttpClosedException);
            inflow.connectionEnded();
        }
    }

    private void connectionEnded() {
        if (exchange.over()) {
            return;
        }
        if (remaining == UNKNOWN ? endOfUnknownCame() : remaining == 0) {
            end();
        } else {
            exchange.upstreamBroke();
        }
    }

    /**
     * Whether a body without a length is whole, of which Vert.x tells no end any more, only that nobody waits for one, or
     * that a response ended since. Without chunks its end is that of the connection, also where that was reset.
     */
    private boolean endOfUnknownCame() {
        boolean chunked = upstream.headers().contains(HttpHeaders.TRANSFER_ENCODING);
        return (chunked || !reset)
                && (connection().activeStreams() == 0 || connection().lastResponseReceivedTimestamp() != lastResponse);
    }

    private HttpClientConnectionInternal connection() {
        return (HttpClientConnectionInternal) upstream.request().connection();
    }

    private void end() {
        if (exchange.over()) {
            return;
        }
        if (remaining > 0) {
            exchange.upstreamBroke();
            return;
        }
        if (!response.ended()) {
            MultiMap trailers = upstream.trailers();
            if (!trailers.isEmpty()) {
                Headers.trailers(trailers, response.trailers());
            }
            endResponse();
        }
        exchange.finished();
    }

    /** For HTTP/1.0 the connection's end is the only end of a body of unknown length. */
    void endResponse() {
        boolean endsWithConnection = request.version() == HttpVersion.HTTP_1_0
                && !response.headers().contains(HttpHeaders.CONTENT_LENGTH)
                && hasBody(response.getStatusCode());
        if (endsWithConnection && response.headWritten()) {
            response.end().onComplete(written -> request.connection().close());
        } else {
            response.end();
        }
    }
}
