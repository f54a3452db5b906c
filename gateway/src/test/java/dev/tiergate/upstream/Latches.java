package dev.tiergate.upstream;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits for another thread, but not for ever. */
final class Latches {

    private Latches() {}

    static void await(CountDownLatch latch) {
        try {
            if (!latch.await(Edge.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("nothing came within " + Edge.PATIENCE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
