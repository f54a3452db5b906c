package dev.tiergate.entitlement;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keeps texts in Redis, over one connection a node. It is opened by the first call, and again by one after it broke. */
public final class RedisTextKeeper implements TextKeeper {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);

    /** After a failed attempt to connect. */
    private static final Duration REST = Duration.ofSeconds(1);

    /** A connection on which nothing came for so long, while something should have, is given up. */
    private static final Duration STUCK = Duration.ofSeconds(1);

    /** More than there are loads at once; beyond, a text is dropped. */
    private static final int MOST_IN_FLIGHT = 512;

    private final Vertx vertx;
    private final Supplier<String> uri;
    private final Duration deadline;
    private @Nullable Line current;
    private @Nullable Future<Line> connecting;
    private long restUntil = System.nanoTime();
    private boolean closed;

    private RedisTextKeeper(Vertx vertx, Supplier<String> uri, Duration deadline) {
        this.vertx = vertx;
        this.uri = uri;
        this.deadline = deadline;
    }

    /**
     * Connects to nothing yet.
     *
     * @param uri asked at each connection: {@code redis://…}
     * @param deadline of each command
     */
    public static RedisTextKeeper of(Vertx vertx, Supplier<String> uri, Duration deadline) {
        return new RedisTextKeeper(vertx, uri, deadline);
    }

    private RedisOptions options() {
        return new RedisOptions()
                .setConnectionString(uri.get())
                .setMaxPoolSize(1)
                .setPoolCleanerInterval(-1)
                .setPoolRecycleTimeout(-1)
                .setMaxWaitingHandlers(2 * MOST_IN_FLIGHT)
                .setNetClientOptions(new NetClientOptions()
                        .setConnectTimeout((int) CONNECT_TIMEOUT.toMillis())
                        .setTcpNoDelay(true));
    }

    @Override
    public void put(String key, String text, Duration lifetime) {
        send(Request.cmd(Command.SET).arg(key).arg(text).arg("PX").arg(Math.max(1, lifetime.toMillis())));
    }

    @Override
    public void remove(String key) {
        send(Request.cmd(Command.DEL).arg(key));
    }

    @Override
    public Future<Optional<String>> get(String key) {
        return send(Request.cmd(Command.GET).arg(key)).map(reply -> reply.map(Response::toString));
    }

    private Future<Optional<Response>> send(Request request) {
        return line().compose(line -> line.send(request)).timeout(deadline.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Future<Line> line() {
        var open = current;
        if (open != null && open.usable()) {
            return Future.succeededFuture(open);
        }
        if (open != null) {
            open.end();
        }
        var pending = connecting;
        if (pending != null) {
            return pending;
        }
        if (closed || System.nanoTime() - restUntil < 0) {
            return Future.failedFuture("Redis has no connection for texts");
        }
        var next = connect();
        connecting = next;
        next.onComplete(outcome -> {
            connecting = null;
            if (outcome.failed()) {
                restUntil = System.nanoTime() + REST.toNanos();
            } else if (closed) {
                outcome.result().end();
            } else {
                current = outcome.result();
            }
        });
        return next;
    }

    private Future<Line> connect() {
        var client = Redis.createClient(vertx, options());
        return client.connect()
                .timeout(CONNECT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .map(connection -> new Line(client, connection))
                .onFailure(fault -> client.close());
    }

    @Override
    public Future<Void> close() {
        closed = true;
        var open = current;
        return open == null ? Future.succeededFuture() : open.end();
    }

    /** A connection, and what is on its way over it. */
    private final class Line {

        private final Redis client;
        private final RedisConnection connection;
        private int inFlight;
        private long heardAt;

        Line(Redis client, RedisConnection connection) {
            this.client = client;
            this.connection = connection;
            // a reset tells one of the two, a plain end the other
            connection.exceptionHandler(fault -> end());
            connection.endHandler(ended -> end());
        }

        boolean usable() {
            return inFlight == 0 || System.nanoTime() - heardAt < STUCK.toNanos();
        }

        Future<Optional<Response>> send(Request request) {
            if (inFlight >= MOST_IN_FLIGHT) {
                return Future.failedFuture("too many texts are on their way");
            }
            if (inFlight++ == 0) {
                heardAt = System.nanoTime();
            }
            return connection
                    .send(request)
                    .onComplete(answered -> {
                        inFlight--;
                        heardAt = System.nanoTime();
                    })
                    .map(reply -> Optional.<Response>ofNullable(reply));
        }

        Future<Void> end() {
            if (current == this) {
                current = null;
            }
            return client.close();
        }
    }
}
