package dev.tiergate.api.events;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The stores that somebody listens for, and for a while those that somebody did. All runs on one context. */
final class Channels {

    private final Vertx vertx;
    private final Context context;
    private final EventBounds bounds;
    private final Consumer<String> forgotten;
    private final Map<String, Channel> channels = new HashMap<>();
    /** Timers of stores without a page, in the order in which they were left. */
    private final Map<String, Long> lingering = new LinkedHashMap<>();

    /** @param forgotten told of a store that nobody has listened for, long enough */
    Channels(Vertx vertx, Context context, EventBounds bounds, Consumer<String> forgotten) {
        this.vertx = vertx;
        this.context = context;
        this.bounds = bounds;
        this.forgotten = forgotten;
    }

    @Nullable
    Channel get(String store) {
        return channels.get(store);
    }

    List<String> stores() {
        return List.copyOf(channels.keySet());
    }

    /** @param number of the last event on this node */
    Channel listenedFor(String store, long number) {
        var timer = lingering.remove(store);
        if (timer != null) {
            vertx.cancelTimer(timer);
        }
        return channels.computeIfAbsent(store, unknown -> new Channel(new History(bounds.history(), number)));
    }

    /** Pages come back after a moment, and want to know what they missed. */
    void left(String store) {
        lingering.put(
                store, vertx.setTimer(bounds.linger().toMillis(), tick -> context.runOnContext(now -> forget(store))));
        if (lingering.size() > bounds.lingering()) {
            forget(lingering.keySet().iterator().next());
        }
    }

    private void forget(String store) {
        var timer = lingering.remove(store);
        if (timer != null) {
            vertx.cancelTimer(timer);
            channels.remove(store);
            forgotten.accept(store);
        }
    }
}
