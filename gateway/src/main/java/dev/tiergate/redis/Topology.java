package dev.tiergate.redis;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the masters are now: the one that the URI names, the one that the sentinels name, or those of the cluster. It asks
 * at a steady pace and whenever it is told that something changed. Used on the context that it was opened on.
 */
public final class Topology {

    private static final int CONNECT_MILLIS = 1_000;

    /** For one server or sentinel to answer; then the next is asked. */
    private static final long ANSWER_MILLIS = 1_000;

    /** So that a master that was voted out is left within a second or two, however well it answers. */
    private static final long LOOK_MILLIS = 1_000;

    private final Vertx vertx;
    private final Supplier<String> uris;
    private final NetClient net;
    private final Runnable changed;
    private final long timer;
    private String text;
    private RedisUri uri;
    private Layout layout = Layout.UNKNOWN;
    private @Nullable Source source;
    private @Nullable RedisServer teller;
    private @Nullable RedisServer doubted;
    private @Nullable RedisServer last;
    private @Nullable Future<Void> asking;
    private boolean closed;

    /** Who is asked, over a connection that is kept. */
    private record Source(RedisServer server, RedisPipe pipe) {}

    private Topology(Vertx vertx, Supplier<String> uris, Runnable changed) {
        this.vertx = vertx;
        this.uris = uris;
        this.text = uris.get();
        this.uri = RedisUri.parse(text);
        this.changed = changed;
        this.net = vertx.createNetClient(new NetClientOptions()
                .setConnectTimeout(CONNECT_MILLIS)
                .setTcpNoDelay(true)
                .setSslHandshakeTimeout(CONNECT_MILLIS)
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setHostnameVerificationAlgorithm("HTTPS"));
        if (standalone()) {
            this.layout = Layout.of(uri.servers().get(0));
        }
        this.timer = vertx.setPeriodic(LOOK_MILLIS, tick -> look());
    }

    /**
     * Opens on the present event loop. Where there is no more than one server its masters are known at once, else after a
     * {@link #refresh}.
     *
     * @param uris asked again and again, as passwords change; of the forms that {@link RedisUri} has
     * @param changed told when the masters are others than before, or the slots lie differently
     */
    public static Topology open(Vertx vertx, Supplier<String> uris, Runnable changed) {
        return new Topology(vertx, uris, changed);
    }

    /** How to enter, as of now. */
    RedisUri uri() {
        String now = uris.get();
        if (!now.equals(text)) {
            uri = RedisUri.parse(now);
            text = now;
            drop();
        }
        return uri;
    }

    private boolean standalone() {
        return uri.kind() == RedisUri.Kind.STANDALONE;
    }

    public RedisUri.Kind kind() {
        return uri.kind();
    }

    /** The master of a key; null while it is not known. */
    public @Nullable RedisServer master(String key) {
        return layout.master(key);
    }

    /** Empty while they are not known. */
    public Set<RedisServer> masters() {
        return layout.masters();
    }

    /** All that are known: sentinels too, and what the URI names. */
    public Set<RedisServer> servers() {
        Set<RedisServer> all = new LinkedHashSet<>(uri.servers());
        all.addAll(layout.masters());
        return all;
    }

    /** Connects to a server, on the present context. */
    public Future<RedisPipe> connect(RedisServer server) {
        return RedisPipe.connect(vertx, net, server, uri());
    }

    /**
     * A master that was named serves nobody: who named it may be cut off with it, and others are asked first at the next look.
     *
     * @param refusing says so; one that is no master any more, as others told since, is no news
     */
    public void doubt(RedisServer refusing) {
        if (layout.masters().contains(refusing)) {
            doubted = teller;
        }
    }

    private void look() {
        var kept = source;
        if (kept != null && kept.server.equals(doubted)) {
            last = doubted;
            drop();
        }
        doubted = null;
        refresh();
    }

    /** Asks anew; several calls at a time are one. Never fails: what is not answered is asked again at the next look. */
    public Future<Void> refresh() {
        var running = asking;
        if (running != null || closed) {
            return running == null ? Future.succeededFuture() : running;
        }
        uri();
        if (standalone()) {
            learn(Layout.of(uri.servers().get(0)), null);
            return Future.succeededFuture();
        }
        Future<Void> asked = ask(candidates(), 0);
        if (!asked.isComplete()) {
            asking = asked;
            asked.onComplete(done -> asking = null);
        }
        return asked;
    }

    /** Who may know: first who told before, then the servers known and those of the URI, in any order; last who was doubted. */
    private List<RedisServer> candidates() {
        Set<RedisServer> known = new LinkedHashSet<>(uri.servers());
        if (uri.kind() == RedisUri.Kind.CLUSTER) {
            known.addAll(layout.masters());
        }
        List<RedisServer> candidates = new ArrayList<>(known);
        Collections.shuffle(candidates);
        if (last != null && candidates.remove(last)) {
            candidates.add(last);
        }
        var kept = source;
        if (kept != null) {
            candidates.remove(kept.server);
            candidates.add(0, kept.server);
        }
        return candidates;
    }

    private Future<Void> ask(List<RedisServer> candidates, int next) {
        if (next == candidates.size() || closed) {
            return Future.succeededFuture();
        }
        var server = candidates.get(next);
        return line(server)
                .compose(pipe -> pipe.ask(List.of(question()), ANSWER_MILLIS))
                .map(replies -> read(replies.get(0), server))
                .compose(Topology::known)
                .transform(outcome -> {
                    if (outcome.succeeded()) {
                        learn(outcome.result(), server);
                        return Future.succeededFuture();
                    }
                    drop();
                    return ask(candidates, next + 1);
                });
    }

    /** A server that left its cluster answers that it knows of none; others know more. */
    private static Future<Layout> known(Layout read) {
        return read.masters().isEmpty() ? Future.failedFuture("it knows of no master") : Future.succeededFuture(read);
    }

    private Future<RedisPipe> line(RedisServer server) {
        var kept = source;
        if (kept != null && kept.server.equals(server)) {
            return Future.succeededFuture(kept.pipe);
        }
        var login = uri.kind() == RedisUri.Kind.SENTINEL ? uri.sentinelLogin() : uri.login();
        return RedisPipe.connect(vertx, net, server, uri.tls(), login, List.of())
                .map(pipe -> {
                    drop();
                    source = new Source(server, pipe);
                    pipe.onEnd(why -> {
                        var now = source;
                        if (now != null && now.pipe == pipe) {
                            source = null;
                        }
                    });
                    return pipe;
                });
    }

    private Request question() {
        return uri.kind() == RedisUri.Kind.SENTINEL
                ? Request.cmd(Command.SENTINEL).arg("get-master-addr-by-name").arg(uri.master())
                : Request.cmd(Command.CLUSTER).arg("SLOTS");
    }

    private Layout read(Response reply, RedisServer asked) {
        return uri.kind() == RedisUri.Kind.SENTINEL
                ? Layout.of(new RedisServer(reply.get(0).toString(), Layout.number(reply.get(1))))
                : Layout.ofSlots(reply, asked);
    }

    private void learn(Layout next, @Nullable RedisServer by) {
        teller = by;
        if (!closed && !next.equals(layout)) {
            layout = next;
            doubted = null;
            changed.run();
        }
    }

    private void drop() {
        var kept = source;
        source = null;
        if (kept != null) {
            kept.pipe.close();
        }
    }

    /** Closes the connections that were made here, too. */
    public Future<Void> close() {
        closed = true;
        vertx.cancelTimer(timer);
        drop();
        return net.close();
    }
}
