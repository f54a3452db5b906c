package dev.tiergate.upstream;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Finds where a counter comes to rest. */
final class Stall {

    private static final Duration REST = Duration.ofMillis(400);
    private static final Duration LOOK = Duration.ofMillis(10);

    private Stall() {}

    /** The counter's value once it has begun and then not moved for a while. */
    static long of(AtomicLong counter) {
        Edge.until(() -> counter.get() > 0);
        long value = counter.get();
        long since = System.nanoTime();
        while (System.nanoTime() - since < REST.toNanos()) {
            LockSupport.parkNanos(LOOK.toNanos());
            if (counter.get() != value) {
                value = counter.get();
                since = System.nanoTime();
            }
        }
        return value;
    }
}
