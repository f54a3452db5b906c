package dev.tiergate.upstream;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.Objects;

/**
 * What one side sends, held up while the other takes no more. That its connection ended is known at once, also while bytes of it
 * are held up here: those come first.
 */
final class Inflow {

    private final ReadStream<Buffer> stream;
    private final Runnable ended;
    private boolean held;
    private boolean over;
    private int ends;

    /**
     * @param held whether the stream is paused
     * @param ended called on the event loop, maybe more than once, when nothing more comes
     */
    Inflow(ReadStream<Buffer> stream, boolean held, Runnable ended) {
        this.stream = stream;
        this.held = held;
        this.ended = ended;
    }

    void hold() {
        held = true;
        stream.pause();
    }

    void release() {
        if (!held) {
            return;
        }
        held = false;
        stream.resume();
        if (over) {
            endSoon();
        }
    }

    /** The connection is closed. */
    void connectionEnded() {
        over = true;
        endSoon();
    }

    boolean over() {
        return over;
    }

    /**
     * What was let go comes in a turn of its own, before this one; it may be too much for the client again, and be let go
     * again, which is then behind this one.
     */
    private void endSoon() {
        int last = ++ends;
        Objects.requireNonNull(Vertx.currentContext()).runOnContext(later -> {
            if (!held && ends == last) {
                ended.run();
            }
        });
    }
}
