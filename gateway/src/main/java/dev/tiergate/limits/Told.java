package dev.tiergate.limits;

/**
 * A counter as Redis told it, read all together.
 *
 * @param charged units, with those that nodes hold
 * @param held the part of them that nodes, this one too, hold and may not have spent
 * @param epoch of the store's counters; a Redis that lost them begins another
 * @param version raised by each change; 0 for slots, and for what was never charged
 */
record Told(long charged, long held, long epoch, long version) {

    static final Told NOTHING = new Told(0, 0, 0, 0);

    /** Units used, as far as Redis knows. */
    long used() {
        return charged - held;
    }

    Told withoutHeld() {
        return new Told(charged, 0, epoch, version);
    }

    /** Answers of two connections may come in another order than Redis gave them. */
    boolean olderThan(Told other) {
        return epoch < other.epoch || (epoch == other.epoch && version < other.version);
    }
}
