package dev.tiergate.limits;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Brings what a node learned of the counters to their durable copy, many at a time, and knows meanwhile what has none yet.
 * Shared by the node's event loops. How often, and so how much a Redis that forgets may lose, is decided here; how long the
 * rows are kept in {@link UsagePurge}.
 */
final class CopyKeeper {

    /** More wait only while the durable copy is away; beyond, a counter is copied when it changes again. */
    private static final int MOST = 100_000;

    /** With the pace of the looks and the write itself, a Redis that loses its memory loses two seconds at most. */
    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

    /** Rows of one statement. */
    private static final int PART = 1_000;

    private final DurableCounters durable;

    /** By store; a store's are changed one after the other. */
    private final Map<String, Set<NodeCounter>> changed = new ConcurrentHashMap<>();

    private final AtomicInteger size = new AtomicInteger();
    private final AtomicLong due = new AtomicLong(System.nanoTime() + EVERY_NANOS);
    private volatile Future<Void> saving = Future.succeededFuture();

    CopyKeeper(DurableCounters durable) {
        this.durable = durable;
    }

    /** Called with each answer of Redis. */
    void learned(NodeCounter counter) {
        if (counter.uncopied() && size.get() < MOST) {
            changed.compute(counter.place().store(), (store, before) -> {
                Set<NodeCounter> counters = before == null ? ConcurrentHashMap.newKeySet() : before;
                if (counters.add(counter)) {
                    size.incrementAndGet();
                }
                return counters;
            });
        }
    }

    /** Those of a store that changed since they were copied last. */
    Set<NodeCounter> changed(String store) {
        return changed.getOrDefault(store, Set.of());
    }

    /** Called at a steady pace; begins to save what changed when it is time, unless the last time is not over yet. */
    void tick() {
        long now = System.nanoTime();
        long at = due.get();
        boolean time = now - at >= 0 && saving.isComplete() && !changed.isEmpty();
        if (time && due.compareAndSet(at, now + EVERY_NANOS)) {
            saving = save();
        }
    }

    /** Completes when all that was learned is saved, or could not be. */
    Future<Void> end() {
        return saving.otherwiseEmpty().compose(before -> save());
    }

    private Future<Void> save() {
        List<NodeCounter> counters = new ArrayList<>();
        changed.values().forEach(counters::addAll);
        Future<Void> all = Future.succeededFuture();
        for (int from = 0; from < counters.size(); from += PART) {
            var part = counters.subList(from, Math.min(counters.size(), from + PART));
            all = all.eventually(() -> save(part));
        }
        return all.otherwiseEmpty();
    }

    private Future<Void> save(List<NodeCounter> part) {
        List<CounterCopy> copies = new ArrayList<>(part.size());
        List<Told> told = new ArrayList<>(part.size());
        for (NodeCounter counter : part) {
            told.add(counter.told());
            counter.place()
                    .copy(told.get(told.size() - 1))
                    // since it was noted Redis may have lost it, and told nothing of it
                    .filter(copy -> copy.version() > 0)
                    .ifPresent(copies::add);
        }
        return durable.save(copies).onSuccess(done -> {
            for (int i = 0; i < part.size(); i++) {
                part.get(i).copied(told.get(i));
                forget(part.get(i));
            }
        });
    }

    /** Unless it changed meanwhile. */
    private void forget(NodeCounter counter) {
        changed.computeIfPresent(counter.place().store(), (store, counters) -> {
            if (!counter.uncopied() && counters.remove(counter)) {
                size.decrementAndGet();
            }
            return counters.isEmpty() ? null : counters;
        });
    }
}
