package dev.tiergate.limits;

import io.vertx.core.Future;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings the counters of stores that Redis does not know, may have lost, or has lost, back from their durable copy. Which of
 * them are offered: {@link PostgresCounters}; which of them Redis takes, and whether leases outlive it: fill in ledger.lua.
 */
final class ColdStores {

    /** Counters in one call of the script. */
    private static final int PART = 500;

    private final RedisLink link;
    private final ColdLoads loads;
    private final NodeCounters node;
    private final Map<String, Future<Void>> filling = new HashMap<>();

    ColdStores(RedisLink link, NodeCounters node) {
        this.link = link;
        this.loads = new ColdLoads(link.context(), node.durable());
        this.node = node;
    }

    /** Whether what is not urgent leaves the loads to requests. */
    boolean crowded() {
        return loads.crowded();
    }

    /** Completes when Redis has the store's counters; one load however many ask. */
    Future<Void> fill(String store) {
        var known = filling.get(store);
        if (known != null) {
            return known;
        }
        Future<Void> filled = loads.load(store).compose(stored -> send(store, stored));
        if (!filled.isComplete()) {
            filling.put(store, filled);
            filled.onComplete(done -> filling.remove(store));
        }
        return filled;
    }

    /** The epoch comes with the last part, so that a store is cold, or unsure, until all is there. */
    private Future<Void> send(String store, DurableCounters.Stored stored) {
        List<CounterCopy> all = latest(store, stored.counters());
        Future<Void> sent = Future.succeededFuture();
        for (int from = 0; from < all.size() - PART; from += PART) {
            var part = all.subList(from, from + PART);
            sent = sent.compose(before -> part(store, "", part));
        }
        var last = all.subList(Math.max(0, (all.size() - 1) / PART * PART), all.size());
        return sent.compose(before -> part(store, Long.toString(stored.epoch()), last));
    }

    /** What Redis told this node last may have no copy yet, and be lost with Redis. */
    private List<CounterCopy> latest(String store, List<CounterCopy> stored) {
        Map<Place, CounterCopy> all = new LinkedHashMap<>();
        stored.forEach(copy -> all.put(Place.of(copy), latest(copy)));
        for (NodeCounter counter : node.copies().changed(store)) {
            Place place = counter.place();
            if (!place.endedAt(link.clock().now().toEpochMilli())) {
                place.copy(counter.told())
                        .filter(copy -> copy.version() > 0)
                        .ifPresent(copy -> all.putIfAbsent(place, copy));
            }
        }
        return List.copyOf(all.values());
    }

    private CounterCopy latest(CounterCopy copy) {
        Told told = node.of(Place.of(copy)).told();
        return told.version() > 0 && copy.told().olderThan(told) ? copy.as(told) : copy;
    }

    private Future<Void> part(String store, String epoch, List<CounterCopy> counters) {
        var command = new FillCommand(store, epoch, List.copyOf(counters));
        link.send(command);
        return command.done();
    }
}
