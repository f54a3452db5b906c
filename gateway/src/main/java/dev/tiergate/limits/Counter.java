package dev.tiergate.limits;

import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.StoreRef;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One counter of a subject, valid as long as its window.
 *
 * @param span null for limits that never start anew
 */
record Counter(Place place, Limit.Window window, @Nullable WindowSpan span, NodeCounter known) {

    static Counter of(Subject subject, Limit limit, Instant now, NodeCounters node) {
        StoreRef store = subject.store();
        WindowSpan span = Windows.around(limit.window(), store.zone(), store.periodAnchor(), now)
                .orElse(null);
        Place place = Place.of(subject, limit, span);
        return new Counter(place, limit.window(), span, node.of(place));
    }
}
