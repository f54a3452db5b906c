package dev.tiergate.upstream;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.streams.WriteStream;
import java.util.concurrent.atomic.AtomicLong;

/** Many bytes, written no faster than they are taken, and counted as they are written. */
final class Flood {

    static final int PIECE = 64 << 10;

    static final int PIECES = 2048;
    static final long TOTAL = (long) PIECES * PIECE;

    /**
     * Bytes that a socket of the tests holds each way. A kernel that sizes buffers by itself (33 MB on some machines)
     * would take in most of a flood before anything has to wait for its reader.
     */
    static final int SOCKET = 256 << 10;

    private static final Buffer BYTES = Buffer.buffer(new byte[PIECE]);

    private final AtomicLong sent;

    /** For a listener on the way of a flood that has to wait. */
    static HttpServerOptions listener() {
        return new HttpServerOptions().setSendBufferSize(SOCKET).setReceiveBufferSize(SOCKET);
    }

    Flood(AtomicLong sent) {
        this.sent = sent;
    }

    /** Completes when {@link #TOTAL} bytes were written; does not end the stream. */
    Future<Void> pour(WriteStream<Buffer> into) {
        Promise<Void> done = Promise.promise();
        pour(into, PIECES, done);
        return done.future();
    }

    private void pour(WriteStream<Buffer> into, int pieces, Promise<Void> done) {
        into.drainHandler(null);
        int left = pieces;
        while (left > 0 && !into.writeQueueFull()) {
            into.write(BYTES);
            sent.addAndGet(PIECE);
            left--;
        }
        if (left == 0) {
            done.complete();
        } else {
            int rest = left;
            into.drainHandler(drained -> pour(into, rest, done));
        }
    }
}
