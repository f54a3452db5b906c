package dev.tiergate.limits;

import dev.tiergate.limits.DurableCounters.Stored;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;

/** An event loop's loads from the durable copy: so many at a time, so many waiting, each within the copy's deadline. */
final class ColdLoads {

    /** A Redis that lost everything makes all stores cold at once; loads of entitlements need room in the same pool. */
    static final int MOST = 2;

    /** More fail at once. */
    static final int MOST_WAITING = 10_000;

    private final Context context;
    private final DurableCounters durable;
    private final Queue<Load> waiting = new ArrayDeque<>();
    private int running;

    ColdLoads(Context context, DurableCounters durable) {
        this.context = context;
        this.durable = durable;
    }

    private record Load(String store, Promise<Stored> promise) {}

    /** Whether a load would have to wait. */
    boolean crowded() {
        return running == MOST;
    }

    /** Answers on the event loop, wherever the copy does. */
    Future<Stored> load(String store) {
        if (waiting.size() >= MOST_WAITING) {
            return Future.failedFuture(new LedgerUnavailableException());
        }
        var load = new Load(store, Promise.promise());
        within(durable.deadline(), load.promise());
        waiting.add(load);
        runNext();
        return load.promise().future();
    }

    private void within(Duration deadline, Promise<Stored> promise) {
        var vertx = context.owner();
        long timer = vertx.setTimer(deadline.toMillis(), late -> promise.tryFail(new LedgerUnavailableException()));
        promise.future().onComplete(done -> vertx.cancelTimer(timer));
    }

    private void runNext() {
        while (running < MOST && !waiting.isEmpty()) {
            Load next = waiting.remove();
            if (!next.promise().future().isComplete()) {
                run(next);
            }
        }
    }

    private void run(Load load) {
        running++;
        durable.load(load.store())
                .onComplete(outcome -> context.runOnContext(now -> {
                    running--;
                    runNext();
                    if (outcome.succeeded()) {
                        load.promise().tryComplete(outcome.result());
                    } else {
                        load.promise().tryFail(outcome.cause());
                    }
                }));
    }
}
