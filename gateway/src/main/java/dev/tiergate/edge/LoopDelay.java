package dev.tiergate.edge;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * How long work waits for an event loop: a timer looks again and again, and tells how late each look comes. A turn that
 * holds the loop is seen by the next look, shorter than it was by what the look was not due yet. Used from its loop only.
 */
final class LoopDelay {

    /** Short, as a turn can pass for so much shorter than it is; long enough to cost an idle loop nothing. */
    static final Duration LOOK = Duration.ofMillis(10);

    private final Vertx vertx;
    private final LongSupplier clock;
    private final LongConsumer delays;
    private long due;
    private boolean closed;

    private LoopDelay(Vertx vertx, LongSupplier clock, LongConsumer delays) {
        this.vertx = vertx;
        this.clock = clock;
        this.delays = delays;
    }

    /**
     * Looks at the present event loop until it is closed.
     *
     * @param clock nanoseconds of the monotonic clock
     * @param delays told of each look how many nanoseconds late it came
     */
    static LoopDelay watch(Vertx vertx, LongSupplier clock, LongConsumer delays) {
        var delay = new LoopDelay(vertx, clock, delays);
        delay.next();
        return delay;
    }

    /** Each look begins the next: after a long turn the looks that were missed do not come all at once, in time. */
    private void next() {
        due = clock.getAsLong() + LOOK.toNanos();
        vertx.setTimer(LOOK.toMillis(), look -> look());
    }

    private void look() {
        if (closed) {
            return;
        }
        delays.accept(Math.max(0, clock.getAsLong() - due));
        next();
    }

    void close() {
        closed = true;
    }
}
