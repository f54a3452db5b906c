package dev.tiergate.limits;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what the script could not do, not more often than people read. */
final class Faults {

    private static final Logger LOG = LoggerFactory.getLogger(Faults.class);
    private static final long QUIET_NANOS = Duration.ofSeconds(10).toNanos();
    private static final AtomicLong NEXT = new AtomicLong(System.nanoTime());

    private Faults() {}

    static void log(String fault) {
        long now = System.nanoTime();
        long next = NEXT.get();
        if (now - next >= 0 && NEXT.compareAndSet(next, now + QUIET_NANOS)) {
            LOG.warn("Redis could not carry out the ledger's script: {}", fault);
        }
    }
}
