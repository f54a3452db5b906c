package dev.tiergate.limits;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;

/** The copy of the counters that outlives Redis. It may answer on any thread. */
public interface DurableCounters {

    /**
     * What counts still, so that a Redis that lost it can be filled.
     *
     * @param store its external id
     * @return fails where it cannot be had now
     */
    Future<Stored> load(String store);

    /** How long a load may take, with the wait for its turn. */
    Duration deadline();

    /**
     * Keeps what is newer than what it has.
     *
     * @param copies each of another counter
     */
    Future<Void> save(List<CounterCopy> copies);

    /**
     * A store's counters as they were copied last.
     *
     * @param epoch higher than any that was given before
     */
    record Stored(long epoch, List<CounterCopy> counters) {}
}
