package dev.tiergate.plugin.tokenbucket;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** What time it is for the buckets of a node: that of the latest request. Shared by the event loops. */
final class Present {

    private final InstantSource clock;
    private final AtomicReference<Instant> latest = new AtomicReference<>(Instant.MIN);

    /** @param clock by which requests have their times */
    Present(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * For a request that came then and is counted now. One that was long on its way, as its body came slowly, is counted
     * with those of now: to turn time back for it would fill what they emptied. Where the clock was set back, time is.
     */
    Instant of(Instant came) {
        return latest.updateAndGet(
                known -> came.isBefore(known) && !clock.instant().isBefore(known) ? known : came);
    }
}
