package dev.tiergate.limits;

import dev.tiergate.plugin.Grant;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.StoreRef;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Counters that one event loop used, the newest of them, so that windows and keys are made once and not for each request. */
final class Counters {

    /** Subjects times limits; about 300 bytes each. */
    private static final int MOST = 10_000;

    /** Windows of stores in the same time zone are the same. */
    private static final int MOST_SPANS = 1_000;

    private final NodeCounters node;
    private final Id asked = new Id();
    private final Map<Id, Made> made = newest(MOST);
    private final Map<WindowSpan, WindowSpan> spans = newest(MOST_SPANS);

    Counters(NodeCounters node) {
        this.node = node;
    }

    private static <K, V> Map<K, V> newest(int most) {
        return new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }

    /** Filled anew for each look, so that a look makes no garbage. */
    private static class Id {

        private boolean shadow;
        private String store = "";
        private @Nullable String user;
        private String limit = "";
        private @Nullable Grant grant;

        final Id fill(Subject subject, Limit limitNow, @Nullable Grant grantNow) {
            shadow = subject.shadow();
            store = subject.store().externalId();
            user = grantNow == null && limitNow.scope() == Limit.Scope.USER ? subject.user() : null;
            limit = limitNow.code();
            grant = grantNow;
            return this;
        }

        final void fill(Id other) {
            shadow = other.shadow;
            store = other.store;
            user = other.user;
            limit = other.limit;
            grant = other.grant;
        }

        @Override
        public final boolean equals(@Nullable Object other) {
            return other instanceof Id id
                    && shadow == id.shadow
                    && store.equals(id.store)
                    && limit.equals(id.limit)
                    && Objects.equals(user, id.user)
                    && Objects.equals(grant, id.grant);
        }

        @Override
        public final int hashCode() {
            int hash = 31 * store.hashCode() + limit.hashCode();
            hash = user == null ? hash : 31 * hash + user.hashCode();
            return grant == null ? hash : 31 * hash + grant.hashCode();
        }
    }

    /** A counter under its own id, with what its window was made from, and what a request of which it is all has. */
    private static final class Made extends Id {

        private final Counter counter;
        private final Spread alone;
        private final long fromMillis;
        private final long tillMillis;
        private final ZoneId zone;
        private final long anchorMicros;

        private Made(Id id, Counter counter, StoreRef store) {
            fill(id);
            WindowSpan span = counter.span();
            this.counter = counter;
            this.alone = Spread.of(counter);
            this.fromMillis = span == null ? Long.MIN_VALUE : span.start().toEpochMilli();
            this.tillMillis = span == null ? Long.MAX_VALUE : span.end().toEpochMilli();
            this.zone = store.zone();
            this.anchorMicros = store.periodAnchorMicros();
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
        return made(subject, limit, now).counter;
    }

    /** The same as all counters of a request. */
    Spread alone(Subject subject, Limit limit, Instant now) {
        return made(subject, limit, now).alone;
    }

    private Made made(Subject subject, Limit limit, Instant now) {
        Made known = made.get(asked.fill(subject, limit, null));
        if (known != null && known.holds(limit, subject.store(), now.toEpochMilli())) {
            return known;
        }
        return add(subject.store(), Counter.of(subject, limit, span(subject.store(), limit, now), node));
    }

    private Made add(StoreRef store, Counter counter) {
        var next = new Made(asked, counter, store);
        made.remove(next); // together with its old id
        made.put(next, next);
        return next;
    }

    /** Where stores have the same window they have one object of it, which is always at hand. */
    private @Nullable WindowSpan span(StoreRef store, Limit limit, Instant now) {
        Limit.Window window = limit.window() == Limit.Window.CREDITS ? Limit.Window.PERIOD : limit.window();
        return Windows.around(window, store.zone(), store.periodAnchor(), now)
                .map(span -> spans.computeIfAbsent(span, same -> same))
                .orElse(null);
    }

    /** Adds the counters of all that a balance is made of, in the order in which it is spent. */
    void addBalance(Subject subject, Limit limit, Instant now, List<Counter> counters) {
        Counter tier = of(subject, limit, now);
        for (Grant grant : Balance.order(limit, tier.span(), now)) {
            counters.add(grant.fromTier() ? tier : of(subject, limit, grant));
        }
    }

    private Counter of(Subject subject, Limit limit, Grant grant) {
        Made known = made.get(asked.fill(subject, limit, grant));
        return (known == null ? add(subject.store(), Counter.of(subject, limit, grant, node)) : known).counter;
    }
}
