package dev.tiergate.entitlement;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;

/** The one context on which stores and catalogues are loaded and changes are taken in, so that none of it needs a lock. */
record Loading(Vertx vertx, Context context) {

    void run(Runnable task) {
        context.runOnContext(none -> task.run());
    }

    /** Runs the task later, unless the timer is cancelled. */
    long after(Duration delay, Runnable task) {
        return vertx.setTimer(delay.toMillis(), id -> run(task));
    }

    void cancel(long timer) {
        vertx.cancelTimer(timer);
    }

    /** The same outcome, on the context of the caller where there is one. */
    <T> Future<T> handBack(Future<T> future) {
        Context caller = Vertx.currentContext();
        if (caller == null || caller == context) {
            return future;
        }
        Promise<T> handed = Promise.promise();
        future.onComplete(outcome -> caller.runOnContext(none -> {
            if (outcome.succeeded()) {
                handed.complete(outcome.result());
            } else {
                handed.fail(outcome.cause());
            }
        }));
        return handed.future();
    }
}
