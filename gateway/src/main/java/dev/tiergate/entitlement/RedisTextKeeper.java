package dev.tiergate.entitlement;

import dev.tiergate.redis.RedisServers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keeps texts in Redis, over connections of the node's. They are opened by the first call. */
public final class RedisTextKeeper implements TextKeeper {

    /** More than there are loads at once; beyond, a text is dropped. */
    private static final int MOST_IN_FLIGHT = 512;

    private final Vertx vertx;
    private final Supplier<String> uri;
    private final Duration deadline;
    private @Nullable RedisServers servers;
    private boolean closed;

    private RedisTextKeeper(Vertx vertx, Supplier<String> uri, Duration deadline) {
        this.vertx = vertx;
        this.uri = uri;
        this.deadline = deadline;
    }

    /**
     * Connects to nothing yet.
     *
     * @param uri asked at each connection; of the forms that {@link dev.tiergate.redis.RedisUri} has
     * @param deadline of each command
     */
    public static RedisTextKeeper of(Vertx vertx, Supplier<String> uri, Duration deadline) {
        return new RedisTextKeeper(vertx, uri, deadline);
    }

    @Override
    public void put(String key, String text, Duration lifetime) {
        send(key, Request.cmd(Command.SET).arg(key).arg(text).arg("PX").arg(Math.max(1, lifetime.toMillis())));
    }

    @Override
    public void remove(String key) {
        send(key, Request.cmd(Command.DEL).arg(key));
    }

    @Override
    public Future<Optional<String>> get(String key) {
        return send(key, Request.cmd(Command.GET).arg(key)).map(reply -> reply.map(Response::toString));
    }

    private Future<Optional<Response>> send(String key, Request request) {
        if (closed) {
            return Future.failedFuture("Redis has no connection for texts");
        }
        var open = servers;
        if (open == null) {
            open = RedisServers.open(vertx, uri, MOST_IN_FLIGHT);
            servers = open;
        }
        return open.send(key, request, deadline);
    }

    @Override
    public Future<Void> close() {
        closed = true;
        var open = servers;
        return open == null ? Future.succeededFuture() : open.close();
    }
}
