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
record Counter(Place place, Limit.Window window, @Nullable WindowSpan span, LocalBudget budget) {

    static Counter of(Subject subject, Limit limit, Instant now, LocalBudgets budgets) {
        StoreRef store = subject.store();
        WindowSpan span = Windows.around(limit.window(), store.zone(), store.periodAnchor(), now)
                .orElse(null);
        Place place = Place.of(subject, limit, span);
        return new Counter(place, limit.window(), span, budgets.of(place));
    }
}
