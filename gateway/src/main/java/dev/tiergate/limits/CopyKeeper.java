package dev.tiergate.limits;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Brings what one event loop learned of the counters to their durable copy, many at a time. */
final class CopyKeeper {

    /** More wait only while the durable copy is away; beyond, a counter is copied when it changes again. */
    private static final int MOST = 100_000;

    /** Rows of one statement. */
    private static final int PART = 1_000;

    private final DurableCounters durable;
    private final Set<NodeCounter> changed = new LinkedHashSet<>();
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

    /** Begins to save what changed, unless the last time is not over yet. */
    void tick() {
        if (saving.isComplete() && !changed.isEmpty()) {
            saving = save();
        }
    }

    /** Completes when all that was learned is saved, or could not be. */
    Future<Void> end() {
        return saving.otherwiseEmpty().compose(before -> changed.isEmpty() ? Future.succeededFuture() : save());
    }

    private Future<Void> save() {
        List<NodeCounter> all = List.copyOf(changed);
        changed.clear();
        Future<Void> saved = Future.succeededFuture();
        for (int from = 0; from < all.size(); from += PART) {
            var part = all.subList(from, Math.min(all.size(), from + PART));
            saved = saved.compose(before -> save(part));
        }
        return saved.otherwiseEmpty();
    }

    private Future<Void> save(List<NodeCounter> part) {
        List<CounterCopy> copies = new ArrayList<>(part.size());
        for (NodeCounter counter : part) {
            Optional<CounterCopy> copy = counter.place().copy(counter.told());
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
