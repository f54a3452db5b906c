package dev.tiergate.redis;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to a master of Redis that is made anew whenever it breaks, is found to be dead, or leads to a server that is
 * no master any more; of a cluster to any of its masters. All runs on one context.
 */
public final class HeldConnection {

    private static final Logger LOG = LoggerFactory.getLogger(HeldConnection.class);

    private static final long CONNECT_MILLIS = 1_000;
    private static final long RETRY_LEAST_MILLIS = 50;
    private static final int DOUBLINGS = 5;
    private static final long LOOK_MILLIS = 3_000;

    /** Between warnings; a connection that broke sooner is no better than none. */
    static final Duration STEADY = Duration.ofSeconds(10);

    /** What the connection is for. */
    public interface Use {

        void opened(RedisConnection connection);

        /** What was sent over it and not answered never will be. */
        void lost();

        /** Called at a steady pace while there is a connection: ask Redis something, and {@link #drop} it where it is dumb. */
        void look();
    }

    private final Vertx vertx;
    private final Context context;
    private final Supplier<String> uri;
    private final int commands;
    private final LongSupplier clock;
    private final Use use;
    private final long timer;
    private @Nullable Topology topology;
    private @Nullable RedisServer server;
    private @Nullable Redis client;
    private @Nullable RedisConnection connection;
    private int attempts;
    private long openedAt;
    private long quietUntil;
    private boolean outage;
    private boolean closed;

    /** @param context on which the use is called; the connection is begun on it at once */
    public HeldConnection(Vertx vertx, Context context, Supplier<String> uri, int commands, Use use) {
        this(vertx, context, uri, commands, System::nanoTime, use);
    }

    /** @param clock nanoseconds of the monotonic clock */
    HeldConnection(Vertx vertx, Context context, Supplier<String> uri, int commands, LongSupplier clock, Use use) {
        this.vertx = vertx;
        this.context = context;
        this.use = use;
        this.uri = uri;
        this.commands = commands;
        this.clock = clock;
        this.quietUntil = clock.getAsLong();
        this.timer = vertx.setPeriodic(LOOK_MILLIS, tick -> context.runOnContext(now -> look()));
        context.runOnContext(now -> begin());
    }

    private void begin() {
        if (!closed) {
            topology = Topology.open(vertx, uri, this::moved);
            connect();
        }
    }

    private void connect() {
        var known = topology;
        if (!closed && known != null) {
            known.refresh().onComplete(asked -> connect(known.uri(), pick(known)));
        }
    }

    /** All servers of a cluster pass on what is published, so another one each time is as good. */
    private @Nullable RedisServer pick(Topology known) {
        var masters = new ArrayList<>(known.masters());
        return masters.isEmpty()
                ? null
                : masters.get(ThreadLocalRandom.current().nextInt(masters.size()));
    }

    private void connect(RedisUri how, @Nullable RedisServer to) {
        if (closed) {
            return;
        }
        if (to == null) {
            again("no master is known");
            return;
        }
        var next = Redis.createClient(vertx, options(how, to));
        next.connect()
                .compose(made -> requireMaster(how, made))
                .timeout(CONNECT_MILLIS, TimeUnit.MILLISECONDS)
                .onComplete(outcome -> context.runOnContext(now -> {
                    if (outcome.succeeded() && !closed) {
                        server = to;
                        opened(next, outcome.result());
                    } else {
                        next.close();
                        again(outcome.failed() ? String.valueOf(outcome.cause().getMessage()) : "closed");
                    }
                }));
    }

    /** A replica hears what its master publishes, but not for ever: sentinels may have named it too early. */
    private Future<RedisConnection> requireMaster(RedisUri how, RedisConnection made) {
        return how.kind() != RedisUri.Kind.SENTINEL
                ? Future.succeededFuture(made)
                : made.send(Request.cmd(Command.ROLE))
                        .compose(role ->
                                Objects.requireNonNull(role).get(0).toString().equals("master")
                                        ? Future.succeededFuture(made)
                                        : Future.failedFuture("the server is no master"));
    }

    private RedisOptions options(RedisUri uri, RedisServer to) {
        var options = new RedisOptions()
                .setConnectionString((uri.tls() ? "rediss://" : "redis://") + to + "/" + uri.database())
                .setMaxPoolSize(1)
                .setPoolCleanerInterval(-1)
                .setPoolRecycleTimeout(-1)
                .setMaxWaitingHandlers(commands)
                .setNetClientOptions(new NetClientOptions()
                        .setConnectTimeout((int) CONNECT_MILLIS)
                        .setHostnameVerificationAlgorithm("HTTPS")
                        .setTcpNoDelay(true));
        var login = uri.login();
        if (login != null) {
            options.setPassword(login.password());
            var user = login.user();
            options.setUser(user == null ? "default" : user);
        }
        return options;
    }

    private void moved() {
        var known = topology;
        if (known != null && server != null && !known.masters().contains(server)) {
            drop("the server is no master any more");
        }
    }

    private void opened(Redis next, RedisConnection made) {
        client = next;
        connection = made;
        openedAt = clock.getAsLong();
        if (outage) {
            LOG.info("Redis is heard again");
            outage = false;
        }
        // a reset tells one of the two, a plain end the other
        made.exceptionHandler(fault -> context.runOnContext(now -> ended(made, String.valueOf(fault.getMessage()))));
        made.endHandler(end -> context.runOnContext(now -> ended(made, "the connection was closed")));
        use.opened(made);
    }

    private void look() {
        if (connection != null) {
            use.look();
        }
    }

    /** Gives a connection up on which nothing is heard. */
    public void drop(String why) {
        var known = connection;
        if (known != null) {
            ended(known, why);
        }
    }

    private void ended(RedisConnection which, String why) {
        if (connection != which) {
            return;
        }
        connection = null;
        server = null;
        if (clock.getAsLong() - openedAt >= STEADY.toNanos()) {
            attempts = 0;
        }
        var old = client;
        if (old != null) {
            old.close();
        }
        use.lost();
        again(why);
    }

    private void again(String why) {
        if (closed) {
            return;
        }
        long at = clock.getAsLong();
        if (!outage && at - quietUntil >= 0) {
            outage = true;
            quietUntil = at + STEADY.toNanos();
            LOG.warn("Redis is not heard: {}", why);
        }
        long most = RETRY_LEAST_MILLIS << Math.min(attempts++, DOUBLINGS);
        long wait = ThreadLocalRandom.current().nextLong(most / 2, most + 1);
        vertx.setTimer(wait, tick -> context.runOnContext(now -> connect()));
    }

    public Future<Void> close() {
        closed = true;
        vertx.cancelTimer(timer);
        connection = null;
        List<Future<Void>> all = new ArrayList<>();
        var old = client;
        if (old != null) {
            all.add(old.close());
        }
        var known = topology;
        if (known != null) {
            all.add(known.close());
        }
        return Future.join(all).mapEmpty();
    }
}
