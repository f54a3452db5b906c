package dev.tiergate.limits;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Brings what one event loop learned of the counters to their durable copy, many at a time. */
final class CopyKeeper {

    /** More wait only while the durable copy is away; beyond, a counter is copied when it changes again. */
    private static final int MOST = 100_000;

    /** With the pace of the looks and the write itself, a Redis that loses its memory loses two seconds at most. */
    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

    /** Rows of one statement. */
    private static final int PART = 1_000;

    private final DurableCounters durable;
    private final Set<NodeCounter> changed = new LinkedHashSet<>();
    private long saved = System.nanoTime();
    private Future<Void> saving = Future.succeededFuture();

    CopyKeeper(DurableCounters durable) {
        this.durable = durable;
    }

    /** Called with each answer of Redis; cheap where nothing is new. */
    void learned(NodeCounter counter) {
        if (counter.uncopied() && changed.size() < MOST) {
            changed.add(counter);
        }
    }

    /** Called at a steady pace; begins to save what changed when it is time, unless the last time is not over yet. */
    void tick() {
        long now = System.nanoTime();
        if (now - saved >= EVERY_NANOS && saving.isComplete() && !changed.isEmpty()) {
            saved = now;
            saving = save();
        }
    }

    /** Completes when all that was learned is saved, or could not be. */
    Future<Void> end() {
        return saving.otherwiseEmpty().compose(before -> changed.isEmpty() ? Future.succeededFuture() : save());
    }

    private Future<Void> save() {
        List<NodeCounter> counters = List.copyOf(changed);
        changed.clear();
        Future<Void> all = Future.succeededFuture();
        for (int from = 0; from < counters.size(); from += PART) {
            var part = counters.subList(from, Math.min(counters.size(), from + PART));
            all = all.eventually(() -> save(part));
        }
        return all.otherwiseEmpty();
    }

    private Future<Void> save(List<NodeCounter> part) {
        List<CounterCopy> copies = new ArrayList<>(part.size());
        for (NodeCounter counter : part) {
            // since it was noted Redis may have lost it, and told nothing of it
            Optional<CounterCopy> copy = counter.place().copy(counter.told()).filter(row -> row.version() > 0);
            copy.ifPresent(copies::add);
            copy.ifPresent(counter::copied);
        }
        return durable.save(copies)
                .onFailure(fault -> part.forEach(counter -> {
                    counter.notCopied();
                    learned(counter);
                }));
    }
}
