package dev.tiergate.api.events;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/** Outcomes, brought to the event loop that waits for them. */
final class Contexts {

    private Contexts() {}

    /** The same outcome, on the context of the caller where it has another one than the future. */
    static <T extends @Nullable Object> Future<T> handBack(Context own, Future<T> future) {
        var caller = Vertx.currentContext();
        return caller == null || caller == own ? future : on(caller, future);
    }

    /** The same outcome, on the given context. */
    static <T extends @Nullable Object> Future<T> on(Context context, Future<T> future) {
        Promise<T> handed = Promise.promise();
        future.onComplete(outcome -> context.runOnContext(now -> handed.handle(outcome)));
        return handed.future();
    }
}
