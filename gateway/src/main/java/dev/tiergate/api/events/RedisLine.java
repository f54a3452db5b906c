package dev.tiergate.api.events;

import dev.tiergate.redis.HeldConnection;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The few commands that events and tickets need, over one connection of the node's. May be called from any thread. */
final class RedisLine implements HeldConnection.Use {

    /** In which a connection that is not used shows that it lives. */
    private static final long PING_MILLIS = 2_000;

    private final Context context;
    private final Duration deadline;
    private final int most;
    private final HeldConnection held;
    private final AtomicInteger waiting = new AtomicInteger();
    private @Nullable RedisConnection connection;

    RedisLine(Vertx vertx, Context context, Supplier<String> uri, Duration deadline, int most) {
        this.context = context;
        this.deadline = deadline;
        this.most = most;
        // an answer that nobody waits for any more keeps its place until it comes
        this.held = new HeldConnection(vertx, context, uri, 4 * most, this);
    }

    /**
     * Answers on the caller's context. Fails after the deadline, without a connection, and at once where too many commands
     * wait; then it is not known whether Redis carried it out.
     *
     * @return empty for Redis's nil
     */
    Future<Optional<Response>> send(Request request) {
        if (waiting.incrementAndGet() > most) {
            waiting.decrementAndGet();
            return Future.failedFuture("too many commands wait for Redis");
        }
        Promise<Optional<Response>> answer = Promise.promise();
        context.runOnContext(now -> dispatch(request).onComplete(outcome -> {
            waiting.decrementAndGet();
            answer.handle(outcome);
        }));
        return Contexts.handBack(context, answer.future());
    }

    private Future<Optional<Response>> dispatch(Request request) {
        var open = connection;
        return open == null
                ? Future.failedFuture("there is no connection to Redis")
                : open.send(request)
                        .<Optional<Response>>map(Optional::ofNullable)
                        .timeout(deadline.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void opened(RedisConnection made) {
        connection = made;
    }

    @Override
    public void lost() {
        connection = null;
    }

    @Override
    public void look() {
        var open = connection;
        if (open != null) {
            open.send(Request.cmd(Command.PING))
                    .timeout(PING_MILLIS, TimeUnit.MILLISECONDS)
                    .onFailure(fault -> context.runOnContext(now -> {
                        if (connection == open) {
                            held.drop("no answer");
                        }
                    }));
        }
    }

    Future<Void> close() {
        return held.close();
    }
}
