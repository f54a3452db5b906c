package dev.tiergate.limits;

import dev.tiergate.redis.RedisFeed;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Supplier;

/** Hears of the counters that another node is short of. While it does not, its node leases nothing. */
public final class Recalls {

    /** The script publishes the counter's key there. */
    private static final String CHANNEL = "tg:recall";

    private final RedisFeed feed;

    private Recalls(RedisFeed feed) {
        this.feed = feed;
    }

    /**
     * Connects behind the caller's back.
     *
     * @param uri asked at each connection
     * @param node what is to give back; one feed for all its event loops
     */
    public static Recalls open(Vertx vertx, Context context, Supplier<String> uri, NodeCounters node) {
        var feed = new RedisFeed(vertx, context, uri, (channel, key) -> node.recall(key), () -> {});
        context.runOnContext(now -> feed.subscribe(CHANNEL));
        node.recallable(feed::hearing);
        return new Recalls(feed);
    }

    public Future<Void> close() {
        return feed.close();
    }
}
