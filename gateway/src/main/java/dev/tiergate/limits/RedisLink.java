package dev.tiergate.limits;

import dev.tiergate.redis.RedisServer;
import dev.tiergate.redis.RedisUri;
import dev.tiergate.redis.Refusal;
import dev.tiergate.redis.Topology;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An event loop's way to Redis: one held connection a master, over which the commands of a tick go together. A command
 * goes to the master of its key; one that was refused there unexecuted is sent on while its deadline lasts. Without a
 * connection commands fail at once. Used from its event loop only.
 */
final class RedisLink implements ServerLink.Owner {

    /** At the end: how often it is looked whether answers are still to come. */
    private static final int QUIET_LOOK_MILLIS = 2;

    private final Vertx vertx;
    private final Context context;
    private final LinkSettings settings;
    private final LedgerScript script;
    private final RedisClock clock;
    private final RedisBreakers breakers;
    private final Topology topology;
    private final Map<RedisServer, ServerLink> links = new HashMap<>();
    private final long watch;

    /** Over which something goes at the end of this tick. */
    private List<RedisSession> filled = new ArrayList<>();

    private long tickDueNanos;

    /** For any thread. */
    private volatile Set<RedisServer> masters = Set.of();

    private volatile @Nullable String trouble = "Redis: not connected yet";
    private int delayed;
    private boolean closing;
    private boolean closed;

    private RedisLink(Vertx vertx, Supplier<String> uri, LinkSettings settings, RedisBreakers breakers) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.settings = settings;
        this.breakers = breakers;
        this.script = LedgerScript.load();
        this.clock = new RedisClock(settings.wall(), settings.nanos());
        this.topology = Topology.open(vertx, uri, this::settle);
        this.watch = vertx.setPeriodic(settings.watch().toMillis(), tick -> look());
    }

    /** Opens on the present event loop and connects behind the caller's back. */
    static RedisLink open(Vertx vertx, Supplier<String> uri, LinkSettings settings, RedisBreakers breakers) {
        var link = new RedisLink(vertx, uri, settings, breakers);
        link.settle();
        link.topology.refresh();
        return link;
    }

    /** The event loop's. */
    Context context() {
        return context;
    }

    /** What time Redis has, as far as is known: of a cluster the server that answered last. */
    RedisClock clock() {
        return clock;
    }

    /** Why some commands fail: no connection, or a server that is not asked. May be asked on any thread. */
    Optional<String> notReady() {
        return Optional.ofNullable(trouble).or(() -> breakers.reason(masters));
    }

    /** True while nobody should ask the master of a command's tag, as it answers late. */
    boolean spared(String tag) {
        RedisServer server = topology.master(tag);
        return server != null && breakers.open(server);
    }

    /** True where so many commands wait for a tag's master that what is not urgent leaves the rest of the room to requests. */
    boolean crowded(String tag) {
        RedisServer server = topology.master(tag);
        RedisSession session = server == null ? null : session(server);
        return session != null && session.load() >= settings.maxCommands() / 4 * 3;
    }

    /** True where the master of a command's tag can be asked. */
    boolean reaches(String tag) {
        RedisServer server = topology.master(tag);
        return server != null && session(server) != null;
    }

    private @Nullable RedisSession session(RedisServer server) {
        ServerLink known = links.get(server);
        return known == null ? null : known.session();
    }

    /** Called at a steady pace: asks those that nobody asks, as they answered late, except the master of this tag. */
    void probeLate(String except) {
        RedisServer asked = topology.master(except);
        for (RedisServer server : topology.masters()) {
            RedisSession session = server.equals(asked) ? null : session(server);
            if (session != null && breakers.probeDue(server)) {
                add(session, new Errand(Probe.LATE, dueNanos()));
            }
        }
    }

    @Override
    public void timed(RedisServer server, LinkCommand.Sign sign, boolean inTime) {
        breakers.timed(server, sign, inTime);
    }

    @Override
    public void changed() {
        trouble = trouble();
    }

    private @Nullable String trouble() {
        if (topology.masters().isEmpty()) {
            return "Redis: no master is known";
        }
        List<String> away = new ArrayList<>();
        for (RedisServer master : topology.masters()) {
            var link = links.get(master);
            var why = link == null ? Optional.of("not connected yet") : link.notReady();
            why.ifPresent(reason -> away.add("Redis: " + master + ": " + reason));
        }
        return switch (away.size()) {
            case 0 -> null;
            case 1 -> away.get(0);
            default ->
                away.get(0) + "; and " + (away.size() - 1) + " more of "
                        + topology.masters().size() + " masters";
        };
    }

    /** True where all commands fail for want of a connection. */
    boolean away() {
        return links.values().stream().allMatch(link -> link.session() == null);
    }

    /** Sends a command at the end of this tick; without a connection or past the bound it fails before this returns. */
    void send(LinkCommand command) {
        place(new Errand(command, dueNanos()));
    }

    /** One look at the clock a tick: its commands go together. */
    private long dueNanos() {
        if (filled.isEmpty()) {
            tickDueNanos = settings.nanos().getAsLong() + settings.deadline().toNanos();
        }
        return tickDueNanos;
    }

    private void place(Errand errand) {
        RedisSession session = session(errand);
        if (session != null && session.load() < settings.maxCommands()) {
            add(session, errand);
        } else if (session == null && !errand.fresh()) {
            errand.refused(null, false);
            later(errand);
        } else {
            errand.command().failed(false);
        }
    }

    private @Nullable RedisSession session(Errand errand) {
        RedisServer named = errand.target();
        RedisServer server = named == null ? topology.master(errand.command().tag()) : named;
        if (server == null || closed) {
            return null;
        }
        return link(server).session();
    }

    private ServerLink link(RedisServer server) {
        ServerLink known = links.get(server);
        if (known != null) {
            return known;
        }
        var made = new ServerLink(vertx, server, topology, settings, script, newClock(), this);
        links.put(server, made);
        return made;
    }

    /** The servers of a cluster have clocks of their own. */
    private RedisClock newClock() {
        return topology.kind() == RedisUri.Kind.CLUSTER ? new RedisClock(clock) : clock;
    }

    /** Those that wait for servers to agree count as well. */
    private boolean quiet() {
        for (ServerLink link : links.values()) {
            RedisSession session = link.session();
            if (session != null && session.load() > 0) {
                return false;
            }
        }
        return delayed == 0;
    }

    private void add(RedisSession session, Errand errand) {
        boolean first = filled.isEmpty();
        if (session.add(errand)) {
            filled.add(session);
        }
        if (first) {
            context.runOnContext(now -> flush());
        }
    }

    private void flush() {
        List<RedisSession> sessions = filled;
        filled = new ArrayList<>();
        sessions.forEach(RedisSession::flush);
    }

    @Override
    public void refused(RedisServer by, Errand errand, Refusal refusal, String error) {
        boolean cluster = topology.kind() == RedisUri.Kind.CLUSTER;
        switch (refusal.what()) {
            case MOVED, ASK -> {
                if (!cluster) {
                    Faults.log(error + ": the server belongs to a cluster, say redis-cluster://");
                    errand.command().failed(false);
                    return;
                }
                errand.refused(refusal.server(), refusal.what() == Refusal.What.ASK);
            }
            case LATER -> errand.refused(null, false);
            case NO_MASTER -> {
                topology.doubt(by);
                errand.refused(null, false);
            }
            default -> {
                Faults.log(error);
                errand.command().failed(false);
                return;
            }
        }
        if (refusal.what() != Refusal.What.ASK) {
            topology.refresh();
        }
        later(errand);
    }

    private void later(Errand errand) {
        long left = errand.leftMillis(settings.nanos().getAsLong());
        long wait = errand.waitMillis();
        if (errand.expired() || closing || left == 0 || delayed >= settings.maxCommands()) {
            giveUp(errand);
        } else if (wait == 0) {
            place(errand);
        } else {
            delayed++;
            vertx.setTimer(Math.min(wait, left), waited -> {
                delayed--;
                if (wait < left) {
                    place(errand);
                } else {
                    giveUp(errand);
                }
            });
        }
    }

    private static void giveUp(Errand errand) {
        errand.expire();
        errand.command().failed(false);
    }

    /** Servers that are no masters any more are left, new ones are connected to. */
    private void settle() {
        masters = topology.masters();
        if (!masters.isEmpty()) {
            breakers.retain(masters);
        }
        for (RedisServer server : List.copyOf(links.keySet())) {
            if (!masters.contains(server)) {
                Objects.requireNonNull(links.remove(server)).leave();
            }
        }
        if (!closed) {
            masters.forEach(this::link);
        }
        changed();
    }

    private void look() {
        List.copyOf(links.values()).forEach(ServerLink::look);
    }

    @Override
    public void probe(RedisSession session) {
        add(session, new Errand(Probe.IDLE, dueNanos()));
    }

    /** Sends what waits and what answers lead to, listens for as long as a deadline, and closes. */
    Future<Void> close() {
        flush();
        closing = true;
        vertx.cancelTimer(watch);
        long until = settings.nanos().getAsLong() + settings.deadline().toNanos();
        return quiet(until).compose(waited -> closeAll());
    }

    /** What was sent may be answered first, but not for longer than a command may take. */
    private Future<Void> quiet(long until) {
        boolean over = settings.nanos().getAsLong() - until >= 0;
        return over || quiet()
                ? Future.succeededFuture()
                : vertx.timer(QUIET_LOOK_MILLIS, TimeUnit.MILLISECONDS).compose(waited -> quiet(until));
    }

    private Future<Void> closeAll() {
        closed = true;
        List<Future<Void>> all = new ArrayList<>();
        links.values().forEach(link -> all.add(link.close()));
        links.clear();
        return Future.join(all).eventually(topology::close).mapEmpty();
    }

    /** Keeps an idle connection honest and the clock near, or finds out whether a server is well again. */
    private enum Probe implements LinkCommand {
        IDLE(Sign.NONE),
        LATE(Sign.PROBE);

        private final Sign sign;

        Probe(Sign sign) {
            this.sign = sign;
        }

        @Override
        public Sign sign() {
            return sign;
        }

        @Override
        public String tag() {
            return "";
        }

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
