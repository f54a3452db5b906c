package dev.tiergate.upstream;

import org.jspecify.annotations.Nullable;

/** One request's leave to be sent; what it says of the upstream counts once. For one event loop. */
final class Ticket {

    private final @Nullable Breaker breaker;
    private final long epoch;
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

    private void use(Circuit.Result result) {
        if (breaker != null && !used) {
            used = true;
            breaker.ended(epoch, result);
        }
    }
}
