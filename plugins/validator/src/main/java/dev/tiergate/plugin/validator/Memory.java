package dev.tiergate.plugin.validator;

import java.io.Serial;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Answers by their questions, for a while; where there are too many the oldest goes. Of one event loop. */
final class Memory {

    private final long ttlNanos;
    private final LongSupplier clock;
    private final Map<String, Kept> kept;

    private record Kept(Answer answer, long since) {}

    /** @param clock nanoseconds of the monotonic clock */
    Memory(ValidatorConfig config, LongSupplier clock) {
        this.ttlNanos = config.ttl().toNanos();
        this.clock = clock;
        this.kept = new Oldest(config.entries());
    }

    @Nullable
    Answer find(String question) {
        var known = kept.get(question);
        return known != null && clock.getAsLong() - known.since < ttlNanos ? known.answer : null;
    }

    void keep(String question, Answer answer) {
        if (ttlNanos > 0) {
            kept.remove(question); // what is put in anew is the youngest
            kept.put(question, new Kept(answer, clock.getAsLong()));
        }
    }

    private static final class Oldest extends LinkedHashMap<String, Kept> {

        @Serial
        private static final long serialVersionUID = 1L;

        private final int most;

        Oldest(int most) {
            this.most = most;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
            return size() > most;
        }
    }
}
