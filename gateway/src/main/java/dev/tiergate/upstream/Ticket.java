package dev.tiergate.upstream;

import org.jspecify.annotations.Nullable;

/**
 * One request's leave to be sent; what it says of the upstream counts once. When its time is over it gives its place back,
 * and counts all the same if the circuit is still as it was. For one event loop.
 */
final class Ticket extends Deadlines.Watched {

    private final @Nullable Breaker breaker;
    private final long epoch;
    private boolean late;
    private boolean used;

    /** @param epoch of the circuit when it was given */
    Ticket(@Nullable Breaker breaker, long epoch) {
        this.breaker = breaker;
        this.epoch = epoch;
    }

    /** For an upstream that has no circuit breaker. */
    static Ticket free() {
        return new Ticket(null, 0);
    }

    /** No connection, nothing in time, or broken off before a head. */
    void failed() {
        use(Circuit.Result.FAILED);
    }

    void answered(int status) {
        use(breaker != null && breaker.failing(status) ? Circuit.Result.FAILED : Circuit.Result.PASSED);
    }

    /** Whatever ended the request, nothing more will be learned from it. */
    void giveBack() {
        use(Circuit.Result.NEITHER);
    }

    /** Its body takes long: others may be trials meanwhile. */
    @Override
    void expired() {
        if (breaker != null && !used && !late) {
            late = true;
            breaker.ended(epoch, Circuit.Result.NEITHER);
        }
    }

    private void use(Circuit.Result result) {
        if (breaker == null || used) {
            return;
        }
        used = true;
        if (late) {
            breaker.endedLate(epoch, result);
        } else {
            breaker.ended(epoch, result);
        }
    }
}
