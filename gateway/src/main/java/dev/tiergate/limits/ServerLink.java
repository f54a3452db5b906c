package dev.tiergate.limits;

import dev.tiergate.redis.RedisPipe;
import dev.tiergate.redis.RedisServer;
import dev.tiergate.redis.Refusal;
import dev.tiergate.redis.Topology;
import dev.tiergate.telemetry.Lately;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Request;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An event loop's line to one server: it reconnects by itself. Used from its event loop only. */
final class ServerLink implements RedisSession.Owner {

    private static final Logger LOG = LoggerFactory.getLogger(ServerLink.class);

    /** Connections that were given up and are still listened to; a hang longer than a few attempts adds no more. */
    private static final int MOST_RETIRED = 4;

    /** What the log says of the server. */
    private enum Said {
        NOTHING,
        AWAY,
        SERVES
    }

    /** What a link tells its owner. */
    interface Owner {

        /** Redis did certainly not carry the errand out. */
        void refused(RedisServer by, Errand errand, Refusal refusal, String error);

        /** The server answered such a command within its deadline, or the deadline passed. */
        void timed(RedisServer server, LinkCommand.Sign sign, boolean inTime);

        /** It has a connection again, or has none any more. */
        void changed();

        /** There is a probe to be sent over the session. */
        void probe(RedisSession session);
    }

    private final Vertx vertx;
    private final RedisServer server;
    private final Topology topology;
    private final LinkSettings settings;
    private final LedgerScript script;
    private final RedisClock clock;
    private final Owner owner;
    private final Lately opened;
    private final Lately warned;
    private final ArrayDeque<RedisSession> retired = new ArrayDeque<>();
    private @Nullable RedisSession current;
    private String reason = "not connected yet";
    private Said said = Said.NOTHING;
    private boolean closed;
    private int attempts;

    /** Connects behind the caller's back. */
    ServerLink(
            Vertx vertx,
            RedisServer server,
            Topology topology,
            LinkSettings settings,
            LedgerScript script,
            RedisClock clock,
            Owner owner) {
        this.vertx = vertx;
        this.server = server;
        this.topology = topology;
        this.settings = settings;
        this.script = script;
        this.clock = clock;
        this.owner = owner;
        this.opened = new Lately(settings.nanos());
        this.warned = new Lately(settings.nanos());
        connect();
    }

    /** Null where there is no connection now. */
    @Nullable
    RedisSession session() {
        return current;
    }

    /** Why there is no connection. */
    Optional<String> notReady() {
        return current == null ? Optional.of(reason) : Optional.empty();
    }

    private void connect() {
        topology.connect(server)
                .compose(pipe -> prepare(pipe).onFailure(fault -> pipe.close()))
                .onSuccess(this::serve)
                .onFailure(cause -> reconnect(String.valueOf(cause.getMessage())));
    }

    private Future<RedisSession> prepare(RedisPipe pipe) {
        long mark = clock.mark();
        List<Request> requests = new ArrayList<>(script.loading());
        requests.add(script.time());
        requests.add(ServerLife.asking());
        return pipe.ask(requests, settings.connect().toMillis()).map(replies -> {
            clock.observe(LedgerScript.millis(replies.get(LedgerScript.LOADS)), mark);
            var life = ServerLife.of(replies.get(LedgerScript.LOADS + 1));
            return new RedisSession(vertx, server, pipe, script.on(life), settings, clock, this);
        });
    }

    private void serve(RedisSession session) {
        if (closed) {
            session.close();
            return;
        }
        current = session;
        opened.happened();
        owner.changed();
        if (said != Said.SERVES) {
            said = Said.SERVES;
            LOG.info("Redis at {} serves the usage counters", server);
        }
    }

    /** One that opens and breaks again and again is no better than one that does not open. */
    private void lost(String why) {
        if (!opened.has()) {
            attempts = 0;
        }
        reconnect(why);
    }

    private void reconnect(String why) {
        reason = why;
        if (closed) {
            return;
        }
        owner.changed();
        if (said != Said.AWAY && warned.begins()) {
            said = Said.AWAY;
            LOG.warn("Redis at {} does not serve the usage counters: {}", server, why);
        }
        topology.refresh();
        vertx.setTimer(Backoff.millis(settings, attempts++), again -> {
            if (!closed) {
                connect();
            }
        });
    }

    @Override
    public void broken(RedisSession session, String why) {
        // first, so that whoever hears of its end sends nothing more over it
        boolean serving = current == session;
        if (serving) {
            current = null;
            reason = why;
            owner.changed();
        }
        retired.remove(session);
        session.close();
        if (serving) {
            lost(why);
        }
    }

    @Override
    public void refused(Errand errand, Refusal refusal, String error) {
        owner.refused(server, errand, refusal, error);
    }

    @Override
    public void timed(LinkCommand.Sign sign, boolean inTime) {
        owner.timed(server, sign, inTime);
    }

    /** Called at a steady pace. */
    void look() {
        retired.removeIf(ServerLink::heardOut);
        RedisSession session = current;
        if (session == null) {
            return;
        }
        session.look();
        if (session.stuck()) {
            retire(session);
        } else if (session.idle()) {
            owner.probe(session);
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
        lost("no answer");
    }

    private static boolean heardOut(RedisSession session) {
        if (session.inFlight() > 0) {
            return false;
        }
        session.close();
        return true;
    }

    /** What is answered late by a server that is no master any more is not to be given back elsewhere, so nobody listens. */
    Future<Void> leave() {
        RedisSession session = current;
        if (session == null) {
            return close();
        }
        current = null;
        closed = true;
        session.flush();
        return vertx.timer(settings.deadline().toMillis(), TimeUnit.MILLISECONDS)
                .compose(over -> Future.join(session.close(), close()).mapEmpty());
    }

    Future<Void> close() {
        closed = true;
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
}
