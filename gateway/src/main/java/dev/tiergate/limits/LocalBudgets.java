package dev.tiergate.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** What one node believes of the counters it has seen lately; shared by its event loops. */
public final class LocalBudgets {

    /** Subjects times limits; about 200 bytes each. */
    private static final long MOST = 100_000;

    private final Cache<String, LocalBudget> budgets =
            Caffeine.newBuilder().maximumSize(MOST).build();

    /** Held on to until Redis is told, whatever the cache forgets. */
    private final Set<LocalBudget> owing = ConcurrentHashMap.newKeySet();

    LocalBudget of(Place place) {
        return budgets.get(place.key(), key -> new LocalBudget(place));
    }

    void owe(LocalBudget budget) {
        owing.add(budget);
    }

    /** Gives every debt to one caller, which must report how it went. */
    void settle(Consumer<LocalBudget> debt) {
        for (LocalBudget budget : owing) {
            if (budget.local() == 0) {
                forget(budget);
            } else if (budget.beginSettling()) {
                debt.accept(budget);
            }
        }
    }

    private void forget(LocalBudget budget) {
        owing.remove(budget);
        if (budget.local() > 0) {
            owing.add(budget); // taken in between
        }
    }
}
