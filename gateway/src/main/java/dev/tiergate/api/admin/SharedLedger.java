package dev.tiergate.api.admin;

import dev.tiergate.limits.RedisUsageLedger;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.function.Function;
import java.util.function.Supplier;

/** The counters on an event loop of their own, connected before anybody asks; may be asked from any other. */
final class SharedLedger {

    private final Context context;
    private final Promise<RedisUsageLedger> opened = Promise.promise();

    /** @param open called on the loop that the ledger belongs to */
    SharedLedger(Vertx vertx, Supplier<RedisUsageLedger> open) {
        this.context = vertx.getOrCreateContext();
        context.runOnContext(now -> opened.complete(open.get()));
    }

    /** The outcome comes on the caller's context where there is one. */
    <T> Future<T> ask(Function<? super RedisUsageLedger, Future<T>> question) {
        Promise<T> answer = Promise.promise();
        Context caller = Vertx.currentContext();
        context.runOnContext(now -> opened.future().compose(question).onComplete(outcome -> {
            if (caller == null || caller == context) {
                answer.handle(outcome);
            } else {
                caller.runOnContext(back -> answer.handle(outcome));
            }
        }));
        return answer.future();
    }

    Future<Void> close() {
        Promise<Void> closed = Promise.promise();
        context.runOnContext(
                now -> opened.future().compose(RedisUsageLedger::close).onComplete(closed));
        return closed.future();
    }
}
