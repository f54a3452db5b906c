package dev.tiergate.redis;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What other nodes publish, over one connection of the node's that does nothing else. All runs on one context. */
public final class RedisFeed implements HeldConnection.Use {

    /** Listened to only to hear that the connection lives: a connection that listens takes no other question. */
    private static final String ALIVE = "tg:e:alive";

    private static final int CHANNELS_A_COMMAND = 500;

    private final HeldConnection held;
    private final BiConsumer<String, String> message;
    private final Runnable missed;
    private final Map<String, Promise<Void>> channels = new HashMap<>();
    private @Nullable RedisConnection connection;
    private boolean heard;
    private boolean hadOne;
    private boolean restoring;
    private volatile boolean hearing;

    /**
     * @param message told of a channel and what was published there
     * @param missed told when there is a connection again after a time in which messages were lost
     */
    public RedisFeed(
            Vertx vertx, Context context, Supplier<String> uri, BiConsumer<String, String> message, Runnable missed) {
        this.message = message;
        this.missed = missed;
        this.held = new HeldConnection(vertx, context, uri, 1, this);
    }

    /** Whether all that is published now on the channels subscribed to is heard. May be asked on any thread. */
    public boolean hearing() {
        return hearing;
    }

    /** Completes when all that is published from then on is heard; as long as Redis is away, never. */
    public Future<Void> subscribe(String channel) {
        var known = channels.get(channel);
        if (known != null) {
            return known.future();
        }
        Promise<Void> heardOf = Promise.promise();
        channels.put(channel, heardOf);
        send(Command.SUBSCRIBE, List.of(channel));
        return heardOf.future();
    }

    public void unsubscribe(String channel) {
        if (channels.remove(channel) != null) {
            send(Command.UNSUBSCRIBE, List.of(channel));
        }
    }

    private void send(Command command, List<String> names) {
        var open = connection;
        if (open != null && !names.isEmpty()) {
            var request = Request.cmd(command);
            names.forEach(request::arg);
            open.send(request).onFailure(fault -> held.drop(String.valueOf(fault.getMessage())));
        }
    }

    @Override
    public void opened(RedisConnection made) {
        connection = made;
        heard = true;
        made.handler(this::take);
        var all = new ArrayList<>(Set.copyOf(channels.keySet()));
        for (int from = 0; from < all.size(); from += CHANNELS_A_COMMAND) {
            send(Command.SUBSCRIBE, all.subList(from, Math.min(all.size(), from + CHANNELS_A_COMMAND)));
        }
        // answered after all of these
        send(Command.SUBSCRIBE, List.of(ALIVE));
        restoring = hadOne;
        hadOne = true;
    }

    private void take(@Nullable Response reply) {
        heard = true;
        if (reply == null || reply.size() < 3) {
            return;
        }
        var what = reply.get(0).toString();
        var channel = reply.get(1).toString();
        if (what.equals("message")) {
            message.accept(channel, reply.get(2).toString());
        } else if (what.equals("subscribe")) {
            subscribed(channel);
        }
    }

    private void subscribed(String channel) {
        var known = channels.get(channel);
        if (known != null) {
            known.tryComplete();
        } else if (channel.equals(ALIVE)) {
            hearing = true;
            if (restoring) {
                restoring = false;
                missed.run();
            }
        }
    }

    @Override
    public void lost() {
        connection = null;
        hearing = false;
    }

    @Override
    public void look() {
        if (!heard) {
            held.drop("no answer");
            return;
        }
        heard = false;
        send(Command.SUBSCRIBE, List.of(ALIVE));
    }

    public Future<Void> close() {
        return held.close();
    }
}
