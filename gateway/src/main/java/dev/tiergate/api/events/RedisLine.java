package dev.tiergate.api.events;

import dev.tiergate.redis.RedisServers;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The few commands that events and tickets need, over connections of the node's. May be called from any thread. */
final class RedisLine {

    private final Context context;
    private final Duration deadline;
    private final int most;
    private final AtomicInteger waiting = new AtomicInteger();
    private @Nullable RedisServers servers;
    private boolean closed;

    RedisLine(Vertx vertx, Context context, Supplier<String> uri, Duration deadline, int most) {
        this.context = context;
        this.deadline = deadline;
        this.most = most;
        context.runOnContext(now -> {
            if (!closed) {
                // an answer that nobody waits for any more keeps its place until it comes
                servers = RedisServers.open(vertx, uri, 4 * most);
            }
        });
    }

    /**
     * Answers on the caller's context. Fails after the deadline, without a connection, and at once where too many commands
     * wait; then it is not known whether Redis carried it out.
     *
     * @param key of which the command is
     * @return empty for Redis's nil
     */
    Future<Optional<Response>> send(String key, Request request) {
        if (waiting.incrementAndGet() > most) {
            waiting.decrementAndGet();
            return Future.failedFuture("too many commands wait for Redis");
        }
        Promise<Optional<Response>> answer = Promise.promise();
        context.runOnContext(now -> dispatch(key, request).onComplete(outcome -> {
            waiting.decrementAndGet();
            answer.handle(outcome);
        }));
        return Contexts.handBack(context, answer.future());
    }

    private Future<Optional<Response>> dispatch(String key, Request request) {
        var open = servers;
        return open == null
                ? Future.failedFuture("there is no connection to Redis")
                : open.send(key, request, deadline);
    }

    Future<Void> close() {
        Promise<Void> ended = Promise.promise();
        context.runOnContext(now -> {
            closed = true;
            var open = servers;
            if (open == null) {
                ended.complete();
            } else {
                open.close().onComplete(ended);
            }
        });
        return ended.future();
    }
}
