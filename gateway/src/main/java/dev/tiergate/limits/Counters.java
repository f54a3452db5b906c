package dev.tiergate.limits;

import dev.tiergate.plugin.Grant;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.StoreRef;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counters that one event loop used, the newest of them, so that windows and keys are made once and not for each request. */
final class Counters {

    /** Subjects times limits; about 300 bytes each. */
    private static final int MOST = 10_000;

    private final NodeCounters node;
    private final Map<Id, Made> made = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Id, Made> eldest) {
            return size() > MOST;
        }
    };

    Counters(NodeCounters node) {
        this.node = node;
    }

    private record Id(
            boolean shadow,
            String store,
            @Nullable String user,
            String limit,
            @Nullable Grant grant) {}

    /** A counter with what its window was made from, its window, and what a request of which it is all has. */
    private record Made(
            Counter counter, Spread alone, long fromMillis, long tillMillis, ZoneId zone, long anchorMicros) {

        private static Made of(Counter counter, StoreRef store) {
            WindowSpan span = counter.span();
            return new Made(
                    counter,
                    Spread.of(counter),
                    span == null ? Long.MIN_VALUE : span.start().toEpochMilli(),
                    span == null ? Long.MAX_VALUE : span.end().toEpochMilli(),
                    store.zone(),
                    store.periodAnchorMicros());
        }

        boolean holds(Limit limit, StoreRef store, long nowMillis) {
            return counter.window() == limit.window()
                    && fromMillis <= nowMillis
                    && nowMillis < tillMillis
                    && (counter.span() == null
                            || (zone.equals(store.zone()) && anchorMicros == store.periodAnchorMicros()));
        }
    }

    /** The counter of a limit whose window contains the time. */
    Counter of(Subject subject, Limit limit, Instant now) {
        return made(subject, limit, now).counter();
    }

    /** The same as all counters of a request. */
    Spread alone(Subject subject, Limit limit, Instant now) {
        return made(subject, limit, now).alone();
    }

    private Made made(Subject subject, Limit limit, Instant now) {
        StoreRef store = subject.store();
        String user = limit.scope() == Limit.Scope.USER ? subject.user() : null;
        var id = new Id(subject.shadow(), store.externalId(), user, limit.code(), null);
        Made known = made.get(id);
        if (known == null || !known.holds(limit, store, now.toEpochMilli())) {
            known = Made.of(Counter.of(subject, limit, now, node), store);
            made.put(id, known);
        }
        return known;
    }

    /** Adds the counters of all that a balance is made of, in the order in which it is spent. */
    void addBalance(Subject subject, Limit limit, Instant now, List<Counter> counters) {
        Counter tier = of(subject, limit, now);
        for (Grant grant : Balance.order(limit, tier.span(), now)) {
            counters.add(grant.fromTier() ? tier : of(subject, limit, grant));
        }
    }

    private Counter of(Subject subject, Limit limit, Grant grant) {
        StoreRef store = subject.store();
        var id = new Id(subject.shadow(), store.externalId(), null, limit.code(), grant);
        return made.computeIfAbsent(id, absent -> Made.of(Counter.of(subject, limit, grant, node), store))
                .counter();
    }
}
