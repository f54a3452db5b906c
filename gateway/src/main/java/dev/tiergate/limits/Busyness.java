package dev.tiergate.limits;

/**
 * How often a counter was charged lately, to see whether a lease is worth its while. Written by several event loops without
 * order: an update that is lost makes a counter look less busy, and nothing else.
 */
final class Busyness {

    private static final long SPAN_MILLIS = 1_000;

    /** Charges within the span from which on a counter is busy. */
    private static final int BUSY = 4;

    /** A burst is not taken for a rate. */
    private static final long LEAST_MILLIS = 250;

    private volatile long since = Long.MIN_VALUE;
    private volatile int charges;
    private volatile long units;

    /** Notes a charge; true when the counter is busy. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    boolean charged(long taken, long now) {
        if (now - since > SPAN_MILLIS || since == Long.MIN_VALUE) {
            since = now;
            charges = 0;
            units = 0;
        }
        charges++;
        units += taken;
        return charges >= BUSY;
    }

    double unitsAMilli(long now) {
        return (double) units / Math.max(LEAST_MILLIS, now - since);
    }
}
