package dev.tiergate.plugin.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what happens elsewhere, up to a deadline. */
final class Patience {

    private static final long BETWEEN_LOOKS = Duration.ofMillis(2).toNanos();

    private Patience() {}

    /** @param otherwise what is wrong when it does not come to that */
    static void until(Duration most, String otherwise, BooleanSupplier condition) {
        var start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > most.toNanos()) {
                throw new AssertionError(otherwise);
            }
            LockSupport.parkNanos(BETWEEN_LOOKS);
        }
    }
}
