package dev.tiergate.redis;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Commands that are few, each to the master of its key, over one connection a master. Connections are made at once and,
 * when they break or nothing comes over them, anew at a steady pace. Used on the context that it was opened on.
 */
public final class RedisServers {

    private static final long LOOK_MILLIS = 1_000;

    /** Looks at a connection over which something should have come and did not. */
    private static final int PATIENCE = 2;

    private final Vertx vertx;
    private final Topology topology;
    private final int most;
    private final Map<RedisServer, Lane> lanes = new HashMap<>();
    private final long timer;
    private boolean closed;

    private RedisServers(Vertx vertx, Supplier<String> uri, int most) {
        this.vertx = vertx;
        this.most = most;
        this.topology = Topology.open(vertx, uri, this::settle);
        this.timer = vertx.setPeriodic(LOOK_MILLIS, tick -> look());
        topology.refresh();
        settle();
    }

    /**
     * Opens on the present event loop.
     *
     * @param uri asked at each connection; of the forms that {@link RedisUri} has
     * @param most commands on their way over one connection; more fail at once
     */
    public static RedisServers open(Vertx vertx, Supplier<String> uri, int most) {
        return new RedisServers(vertx, uri, most);
    }

    /**
     * Fails without a connection, where Redis refuses, and after the deadline; then it is not known whether Redis carried
     * it out.
     *
     * @param key of which the command is; several have the same hash tag
     * @param deadline the answer's; what is answered later is dropped
     * @return empty for Redis's nil
     */
    public Future<Optional<Response>> send(String key, Request request, Duration deadline) {
        Promise<Optional<Response>> answer = Promise.promise();
        // by a timer of this context: a future without one would end on another thread
        long timer = vertx.setTimer(deadline.toMillis(), late -> answer.tryFail("Redis did not answer in time"));
        send(key, request).onComplete(outcome -> {
            vertx.cancelTimer(timer);
            if (outcome.succeeded()) {
                answer.tryComplete(outcome.result());
            } else {
                answer.tryFail(outcome.cause());
            }
        });
        return answer.future();
    }

    private Future<Optional<Response>> send(String key, Request request) {
        var known = topology.master(key);
        if (known != null) {
            return send(known, request);
        }
        return topology.refresh().compose(asked -> {
            var master = topology.master(key);
            return master == null ? Future.failedFuture("no master is known in Redis") : send(master, request);
        });
    }

    private Future<Optional<Response>> send(RedisServer server, Request request) {
        return lane(server).send(List.of(request)).compose(reply -> {
            var refusal = error(reply).flatMap(error -> Refusal.of(error, server));
            return refusal.isEmpty() ? carriedOut(reply) : refused(refusal.get(), server, request, reply);
        });
    }

    /** Followed once: who is sent on twice meets servers that have not agreed yet. */
    private Future<Optional<Response>> refused(
            Refusal refusal, RedisServer by, Request request, Optional<Response> reply) {
        boolean ask = refusal.what() == Refusal.What.ASK;
        if (refusal.what() == Refusal.What.NO_MASTER) {
            topology.doubt(by);
        }
        if (!ask) {
            topology.refresh();
        }
        var other = refusal.server();
        if (other == null || topology.kind() != RedisUri.Kind.CLUSTER) {
            return carriedOut(reply);
        }
        var requests = ask ? List.of(Request.cmd(Command.ASKING), request) : List.of(request);
        return lane(other).send(requests).compose(RedisServers::carriedOut);
    }

    private static Optional<String> error(Optional<Response> reply) {
        return reply.filter(some -> some.type() == ResponseType.ERROR).map(Response::toString);
    }

    private static Future<Optional<Response>> carriedOut(Optional<Response> reply) {
        return error(reply)
                .<Future<Optional<Response>>>map(Future::failedFuture)
                .orElse(Future.succeededFuture(reply));
    }

    private Lane lane(RedisServer server) {
        return lanes.computeIfAbsent(server, Lane::new);
    }

    /** Who is no master any more is left, and what it has not answered by then is lost. */
    private void settle() {
        var masters = topology.masters();
        for (Lane lane : List.copyOf(lanes.values())) {
            if (!masters.contains(lane.server)) {
                lanes.remove(lane.server);
                lane.left();
            }
        }
        masters.forEach(master -> lane(master).connect());
    }

    private void look() {
        List.copyOf(lanes.values()).forEach(Lane::look);
    }

    public Future<Void> close() {
        closed = true;
        vertx.cancelTimer(timer);
        List.copyOf(lanes.values()).forEach(Lane::left);
        lanes.clear();
        return topology.close();
    }

    /** The connection to one server. */
    private final class Lane {

        private final RedisServer server;
        private @Nullable Future<RedisPipe> connection;
        private final Set<Promise<Optional<Response>>> open = new HashSet<>();
        private int silentLooks;

        Lane(RedisServer server) {
            this.server = server;
        }

        /** What the last of the requests is answered. */
        Future<Optional<Response>> send(List<Request> requests) {
            if (open.size() >= most) {
                return Future.failedFuture("too many commands wait for Redis");
            }
            Promise<Optional<Response>> answer = Promise.promise();
            open.add(answer);
            connect()
                    .onSuccess(pipe -> pipe.send(requests, (index, reply) -> {
                        silentLooks = 0;
                        if (index == requests.size() - 1 && open.remove(answer)) {
                            answer.complete(Optional.ofNullable(reply));
                        }
                    }))
                    .onFailure(fault -> fail(answer, fault));
            return answer.future();
        }

        private void fail(Promise<Optional<Response>> answer, Throwable fault) {
            if (open.remove(answer)) {
                answer.fail(fault);
            }
        }

        Future<RedisPipe> connect() {
            var known = connection;
            if (known != null) {
                return known;
            }
            if (closed) {
                return Future.failedFuture("closed");
            }
            Future<RedisPipe> made = topology.connect(server);
            connection = made;
            made.onSuccess(pipe -> {
                if (connection == made) {
                    pipe.onEnd(this::lost);
                } else {
                    pipe.close();
                }
            });
            return made;
        }

        /** A failed attempt stands until the next look, so that a server that is away is tried at a steady pace. */
        void look() {
            var known = connection;
            if (known == null) {
                connect();
            } else if (known.failed()) {
                connection = null;
                topology.refresh();
                connect();
            } else if (open.isEmpty()) {
                send(List.of(Request.cmd(Command.PING)));
            } else if (++silentLooks > PATIENCE) {
                left();
            }
        }

        private void lost(String why) {
            connection = null;
            silentLooks = 0;
            new ArrayList<>(open).forEach(answer -> fail(answer, new IllegalStateException(why)));
            topology.refresh();
        }

        void left() {
            var known = connection;
            if (known != null) {
                known.onSuccess(RedisPipe::close);
            }
            lost("the connection to Redis was given up");
        }
    }
}
