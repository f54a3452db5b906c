package dev.tiergate.limits;

/** How fast a lease is used, and so how large it is to be. Follows a rising rate at once, and a falling one slowly. */
final class LeaseRate {

    /** What is left of a rate after an exchange's time in which nothing was used: a pause of a second costs little. */
    private static final double KEPT = 0.5;

    private double unitsAMilli;

    LeaseRate(double unitsAMilli) {
        this.unitsAMilli = unitsAMilli;
    }

    void observe(long units, long millis) {
        double seen = (double) units / Math.max(1, millis);
        unitsAMilli = Math.max(seen, KEPT * unitsAMilli + (1 - KEPT) * seen);
    }

    /** Units that last so long. */
    long lasting(long millis) {
        return (long) Math.ceil(unitsAMilli * millis);
    }
}
