package dev.tiergate.edge;

import io.vertx.core.Vertx;
import java.time.Duration;

/** A timer that may be set many times and fires once, at the earliest of them. Belongs to one event loop. */
final class EarliestTimer {

    private static final long NONE = -1;

    private final Vertx vertx;
    private final Runnable action;
    private long id = NONE;
    private long due;

    EarliestTimer(Vertx vertx, Runnable action) {
        this.vertx = vertx;
        this.action = action;
    }

    /** @param time rounded up to the next millisecond, so that it is over when the timer fires */
    void within(Duration time) {
        long millis = 1 + time.toMillis();
        long at = System.nanoTime() + Duration.ofMillis(millis).toNanos();
        if (id != NONE && due - at <= 0) {
            return;
        }
        cancel();
        due = at;
        id = vertx.setTimer(millis, fired -> {
            id = NONE;
            action.run();
        });
    }

    void cancel() {
        if (id != NONE) {
            vertx.cancelTimer(id);
            id = NONE;
        }
    }
}
