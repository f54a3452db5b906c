package dev.tiergate.limits;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An event loop's line to Redis: one held connection, over which the commands of a tick go together. It reconnects by
 * itself; while there is no connection commands fail at once. Used from its event loop only.
 */
final class RedisLink {

    private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);

    /** Connections that were given up and are still listened to; a hang longer than a few attempts adds no more. */
    private static final int MOST_RETIRED = 4;

    /** At the end: how often it is looked whether answers are still to come. */
    private static final int QUIET_LOOK_MILLIS = 2;

    private final Vertx vertx;
    private final Context context;
    private final Supplier<String> uri;
    private final LinkSettings settings;
    private final LedgerScript script;
    private final RedisClock clock;
    private final ArrayDeque<RedisSession> retired = new ArrayDeque<>();
    private final long watch;
    private List<LinkCommand> waiting = new ArrayList<>();
    private @Nullable RedisSession current;
    private String reason = "not connected yet";
    private boolean scheduled;
    private boolean outage;
    private boolean closed;
    private int attempts;

    private RedisLink(Vertx vertx, Supplier<String> uri, LinkSettings settings) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.settings = settings;
        this.uri = uri;
        this.script = LedgerScript.load();
        this.clock = new RedisClock(settings.wall(), settings.nanos());
        this.watch = vertx.setPeriodic(settings.watch().toMillis(), tick -> look());
    }

    /** Opens on the present event loop and connects behind the caller's back. */
    static RedisLink open(Vertx vertx, Supplier<String> uri, LinkSettings settings) {
        var link = new RedisLink(vertx, uri, settings);
        link.connect();
        return link;
    }

    private RedisOptions options() {
        return new RedisOptions()
                .setConnectionString(uri.get())
                .setMaxPoolSize(1)
                .setPoolCleanerInterval(-1)
                .setPoolRecycleTimeout(-1)
                .setMaxWaitingHandlers(2 * settings.maxCommands())
                .setNetClientOptions(new NetClientOptions()
                        .setConnectTimeout((int) settings.connect().toMillis())
                        .setTcpNoDelay(true));
    }

    /** What time Redis has, as far as is known. */
    RedisClock clock() {
        return clock;
    }

    Optional<String> notReady() {
        return current == null ? Optional.of("Redis: " + reason) : Optional.empty();
    }

    /** Sends a command at the end of this tick; without a connection or past the bound it fails before this returns. */
    void send(LinkCommand command) {
        RedisSession session = current;
        if (session == null || waiting.size() + session.inFlight() >= settings.maxCommands()) {
            command.failed(false);
            return;
        }
        waiting.add(command);
        if (!scheduled) {
            scheduled = true;
            context.runOnContext(now -> flush());
        }
    }

    private void flush() {
        scheduled = false;
        List<LinkCommand> commands = waiting;
        if (commands.isEmpty()) {
            return;
        }
        waiting = new ArrayList<>();
        RedisSession session = current;
        if (session == null) {
            commands.forEach(command -> command.failed(false));
        } else {
            session.dispatch(commands);
        }
    }

    /** Sends what waits, listens for as long as a deadline, and closes. */
    Future<Void> close() {
        flush();
        closed = true;
        vertx.cancelTimer(watch);
        long until = settings.nanos().getAsLong() + settings.deadline().toNanos();
        return quiet(until).compose(waited -> closeAll());
    }

    /** What was sent may be answered first, but not for longer than a command may take. */
    private Future<Void> quiet(long until) {
        RedisSession session = current;
        boolean over = settings.nanos().getAsLong() - until >= 0;
        return over || session == null || session.inFlight() == 0
                ? Future.succeededFuture()
                : vertx.timer(QUIET_LOOK_MILLIS, TimeUnit.MILLISECONDS).compose(waited -> quiet(until));
    }

    private Future<Void> closeAll() {
        List<Future<Void>> all = new ArrayList<>();
        retired.forEach(session -> all.add(session.close()));
        retired.clear();
        RedisSession session = current;
        current = null;
        reason = "closed";
        if (session != null) {
            all.add(session.close());
        }
        return Future.join(all).mapEmpty();
    }

    private void connect() {
        Redis client = Redis.createClient(vertx, options());
        client.connect()
                .compose(connection -> prepare(client, connection))
                .timeout(settings.connect().toMillis(), TimeUnit.MILLISECONDS)
                .onSuccess(this::serve)
                .onFailure(cause -> {
                    client.close();
                    reconnect(String.valueOf(cause.getMessage()));
                });
    }

    private Future<RedisSession> prepare(Redis client, RedisConnection connection) {
        long mark = clock.mark();
        List<Request> requests = new ArrayList<>(script.loading());
        requests.add(script.time());
        return connection.batch(requests).map(replies -> {
            clock.observe(LedgerScript.millis(replies.get(LedgerScript.LOADS)), mark);
            return new RedisSession(
                    vertx,
                    client,
                    connection,
                    script,
                    clock,
                    settings.deadline().toMillis(),
                    this::broken);
        });
    }

    private void serve(RedisSession session) {
        if (closed) {
            session.close();
            return;
        }
        current = session;
        attempts = 0;
        outage = false;
        LOG.info("Redis serves the usage counters");
    }

    private void reconnect(String why) {
        reason = why;
        if (closed) {
            return;
        }
        if (!outage) {
            outage = true;
            LOG.warn("Redis does not serve the usage counters: {}", why);
        }
        vertx.setTimer(Backoff.millis(settings, attempts++), again -> {
            if (!closed) {
                connect();
            }
        });
    }

    private void broken(RedisSession session, String why) {
        session.close();
        retired.remove(session);
        if (current == session) {
            current = null;
            reconnect(why);
        }
    }

    private void look() {
        retired.removeIf(this::heardOut);
        RedisSession session = current;
        if (session == null) {
            return;
        }
        session.look();
        if (session.stuck()) {
            retire(session);
        } else if (session.idle()) {
            send(Probe.INSTANCE);
        }
    }

    /** A hung Redis may have taken a charge and not said so: the answer is waited for, so that it can be given back. */
    private void retire(RedisSession session) {
        current = null;
        retired.addLast(session);
        if (retired.size() > MOST_RETIRED) {
            retired.removeFirst().close();
        }
        vertx.setTimer(settings.keep().toMillis(), over -> {
            if (retired.remove(session)) {
                session.close();
            }
        });
        reconnect("no answer");
    }

    private boolean heardOut(RedisSession session) {
        if (session.inFlight() > 0) {
            return false;
        }
        session.close();
        return true;
    }

    /** Keeps an idle connection honest, and the clock near. */
    private enum Probe implements LinkCommand {
        INSTANCE;

        @Override
        public Request encode(LedgerScript script, long redisMillis) {
            return script.time();
        }

        @Override
        public void answered(Response reply) {}

        @Override
        public void failed(boolean dispatched) {}
    }
}
