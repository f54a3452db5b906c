package dev.tiergate;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what happens elsewhere, up to a deadline. */
public final class Eventually {

    /** Far above what anything takes on a busy machine, far below a hung build. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final long BETWEEN_LOOKS = Duration.ofMillis(2).toNanos();

    private Eventually() {}

    /** How long it took until the condition held. */
    public static Duration holds(String what, Callable<Boolean> condition) throws Exception {
        var start = System.nanoTime();
        while (!condition.call()) {
            rest(what, start);
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** The same for a look that throws nothing. */
    public static void so(String what, BooleanSupplier condition) {
        var start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            rest(what, start);
        }
    }

    private static void rest(String what, long start) {
        if (System.nanoTime() - start > PATIENCE.toNanos()) {
            throw new AssertionError("not within " + PATIENCE + ": " + what);
        }
        LockSupport.parkNanos(BETWEEN_LOOKS);
    }
}
