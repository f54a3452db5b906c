package dev.tiergate.redis;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import io.vertx.redis.client.impl.ParserHandler;
import io.vertx.redis.client.impl.RESPParser;
import io.vertx.redis.client.impl.RequestImpl;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection to one server. Requests that are sent together leave in one write, and each has an answer of its own, an
 * error too: the client's batch has one outcome for all. Used on one event loop.
 */
public final class RedisPipe implements ParserHandler {

    /** Of arrays in arrays. */
    private static final int MOST_NESTED = 32;

    /** For what is asked of a server that was just connected to. */
    private static final long OPENING_MILLIS = 1_000;

    private final Vertx vertx;
    private final NetSocket socket;
    private final ArrayDeque<Expected> expected = new ArrayDeque<>();
    private Consumer<String> end = why -> {};
    private @Nullable String ended;

    /** Told of each answer in the order of the requests. */
    public interface Answers {

        /** @param reply null for Redis's nil; of type ERROR where Redis refused */
        void answered(int index, @Nullable Response reply);

        /** The connection ended before the last answer. */
        default void lost(String why) {}
    }

    private static final class Expected {
        private final int count;
        private final Answers answers;
        private int next;

        Expected(int count, Answers answers) {
            this.count = count;
            this.answers = answers;
        }
    }

    private RedisPipe(Vertx vertx, NetSocket socket) {
        this.vertx = vertx;
        this.socket = socket;
        socket.handler(new RESPParser(this, MOST_NESTED));
        socket.exceptionHandler(this::fail);
        socket.closeHandler(closed -> ended("the connection was closed"));
    }

    /**
     * Connects on the present context and enters a server that keeps data.
     *
     * @return fails where the server does not answer within two seconds, or is not, or not yet, a master
     */
    static Future<RedisPipe> connect(Vertx vertx, NetClient net, RedisServer server, RedisUri uri) {
        List<Request> opening = new ArrayList<>();
        if (uri.database() != 0) {
            opening.add(Request.cmd(Command.SELECT).arg(uri.database()));
        }
        if (uri.kind() != RedisUri.Kind.SENTINEL) {
            return connect(vertx, net, server, uri.tls(), uri.login(), opening);
        }
        opening.add(Request.cmd(Command.ROLE));
        return connect(vertx, net, server, uri.tls(), uri.login(), opening, RedisPipe::requireMaster);
    }

    private static void requireMaster(List<Response> replies) {
        if (!replies.get(replies.size() - 1).get(0).toString().equals("master")) {
            throw new IllegalStateException("the server is no master");
        }
    }

    static Future<RedisPipe> connect(
            Vertx vertx,
            NetClient net,
            RedisServer server,
            boolean tls,
            RedisUri.@Nullable Login login,
            List<Request> opening) {
        return connect(vertx, net, server, tls, login, opening, replies -> {});
    }

    private static Future<RedisPipe> connect(
            Vertx vertx,
            NetClient net,
            RedisServer server,
            boolean tls,
            RedisUri.@Nullable Login login,
            List<Request> opening,
            Consumer<List<Response>> look) {
        List<Request> requests = new ArrayList<>();
        if (login != null) {
            var auth = Request.cmd(Command.AUTH);
            var user = login.user();
            requests.add((user == null ? auth : auth.arg(user)).arg(login.password()));
        }
        requests.addAll(opening);
        var target = new ConnectOptions()
                .setHost(server.host())
                .setPort(server.port())
                .setSsl(tls);
        return net.connect(target).compose(socket -> {
            var pipe = new RedisPipe(vertx, socket);
            return pipe.ask(requests, OPENING_MILLIS)
                    .map(replies -> {
                        look.accept(replies);
                        return pipe;
                    })
                    .onFailure(fault -> pipe.close());
        });
    }

    /** @param told once, when the connection is gone, but for {@link #close}; what was not answered by then never will be */
    public void onEnd(Consumer<String> told) {
        end = told;
        var why = ended;
        if (why != null) {
            told.accept(why);
        }
    }

    /** One write. */
    public void send(List<Request> requests, Answers answers) {
        var why = ended;
        if (why != null) {
            answers.lost(why);
            return;
        }
        expected.add(new Expected(requests.size(), answers));
        socket.write(encode(requests)).onFailure(this::fail);
    }

    private static Buffer encode(List<Request> requests) {
        var bytes = ((RequestImpl) requests.get(0)).encode();
        for (int i = 1; i < requests.size(); i++) {
            bytes.appendBuffer(((RequestImpl) requests.get(i)).encode());
        }
        return bytes;
    }

    /** All the answers; fails with the first that is an error. After so long without them the connection is given up. */
    public Future<List<Response>> ask(List<Request> requests, long millis) {
        if (requests.isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        Promise<List<Response>> all = Promise.promise();
        long timer = vertx.setTimer(
                millis, late -> fail(new IllegalStateException("Timeout: no answer in " + millis + " ms")));
        List<Response> replies = new ArrayList<>(requests.size());
        send(requests, new Answers() {
            @Override
            public void answered(int index, @Nullable Response reply) {
                if (index == requests.size() - 1) {
                    vertx.cancelTimer(timer);
                }
                if (reply == null || reply.type() == ResponseType.ERROR) {
                    all.tryFail(String.valueOf(reply));
                    return;
                }
                replies.add(reply);
                if (replies.size() == requests.size()) {
                    all.tryComplete(replies);
                }
            }

            @Override
            public void lost(String why) {
                vertx.cancelTimer(timer);
                all.tryFail(why);
            }
        });
        return all.future();
    }

    @Override
    public void handle(@Nullable Response reply) {
        var first = expected.peek();
        if (first == null) {
            fail(new IllegalStateException("an answer to no question"));
            return;
        }
        int index = first.next++;
        if (first.next == first.count) {
            expected.remove();
        }
        first.answers.answered(index, reply);
    }

    @Override
    public void fail(Throwable fault) {
        ended(String.valueOf(fault.getMessage()));
        socket.close();
    }

    private void ended(String why) {
        if (ended == null) {
            ended = why;
            for (var next = expected.poll(); next != null; next = expected.poll()) {
                next.answers.lost(why);
            }
            end.accept(why);
        }
    }

    /** Ends without telling. */
    public Future<Void> close() {
        end = why -> {};
        ended("closed");
        return socket.close();
    }
}
