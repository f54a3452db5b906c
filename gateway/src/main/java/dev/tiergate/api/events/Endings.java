package dev.tiergate.api.events;

import dev.tiergate.entitlement.EntitlementCache;
import dev.tiergate.entitlement.Lookup;
import dev.tiergate.entitlement.StoreEntitlements;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What ends by time, which no change in PostgreSQL tells: one timer a store that has open pages, for the first end that
 * lies ahead. Stores are looked at one after the other, so that a change of everything costs the loading of stores one of
 * its places at most. All runs on one context.
 */
final class Endings {

    /** The wall clock can be set, and a timer does not hear of it. */
    private static final Duration LONGEST = Duration.ofMinutes(1);

    /** Until a store that could not be read is looked at again. */
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final Context context;
    private final EntitlementCache entitlements;
    private final InstantSource clock;
    private final Consumer<String> told;
    private final Map<String, Watch> watched = new HashMap<>();
    private final Set<String> waiting = new LinkedHashSet<>();
    private boolean looking;

    private static final class Watch {
        /** Pages know of all that ended up to here. */
        private Instant known;

        private @Nullable Long timer;
        private boolean open = true;

        Watch(Instant known) {
            this.known = known;
        }
    }

    /** @param told of a store for which something has ended */
    Endings(Vertx vertx, Context context, EntitlementCache entitlements, InstantSource clock, Consumer<String> told) {
        this.vertx = vertx;
        this.context = context;
        this.entitlements = entitlements;
        this.clock = clock;
        this.told = told;
    }

    /** A page opened. What ended since the last one left is told, as far as the store is not forgotten. */
    void opened(String store) {
        watched.computeIfAbsent(store, unknown -> new Watch(clock.instant())).open = true;
        look(store);
    }

    /** The last page left. */
    void left(String store) {
        var watch = watched.get(store);
        if (watch != null) {
            watch.open = false;
            cancel(watch);
        }
    }

    void forget(String store) {
        left(store);
        watched.remove(store);
    }

    /** The store is another now. */
    void look(String store) {
        var watch = watched.get(store);
        if (watch != null && watch.open) {
            cancel(watch);
            waiting.add(store);
            next();
        }
    }

    private void next() {
        var stores = waiting.iterator();
        if (looking || !stores.hasNext()) {
            return;
        }
        var store = stores.next();
        stores.remove();
        looking = true;
        Contexts.on(context, entitlements.find(store)).onSuccess(lookup -> {
            looking = false;
            looked(store, lookup);
            next();
        });
    }

    private void looked(String store, Lookup lookup) {
        var watch = watched.get(store);
        if (watch == null || !watch.open) {
            return;
        }
        if (lookup instanceof Lookup.Found found) {
            plan(store, watch, found.entitlements());
        } else if (lookup instanceof Lookup.Unavailable) {
            lookAfter(store, watch, RETRY);
        }
    }

    private void plan(String store, Watch watch, StoreEntitlements entitlements) {
        var now = clock.instant();
        boolean ended = entitlements
                .nextEnd(watch.known)
                .filter(end -> !end.isAfter(now))
                .isPresent();
        watch.known = now;
        entitlements.nextEnd(now).ifPresent(end -> lookAfter(store, watch, Duration.between(now, end)));
        if (ended) {
            told.accept(store);
        }
    }

    private void lookAfter(String store, Watch watch, Duration time) {
        cancel(watch);
        // rounded up, so that it is past the end and not just before it
        long millis = 1 + (time.compareTo(LONGEST) < 0 ? time : LONGEST).toMillis();
        watch.timer = vertx.setTimer(millis, tick -> context.runOnContext(now -> look(store)));
    }

    private void cancel(Watch watch) {
        var timer = watch.timer;
        if (timer != null) {
            vertx.cancelTimer(timer);
            watch.timer = null;
        }
    }

    void close() {
        watched.values().forEach(this::cancel);
        watched.clear();
        waiting.clear();
    }
}
