package dev.tiergate.upstream;

/**
 * The state of a circuit breaker, as a value. Closed lets everything pass; open nothing; half-open some trials, of which
 * all must succeed. Times are nanoseconds of the monotonic clock.
 */
sealed interface Circuit {

    /**
     * Successes in a row that close a half-open circuit, and as many places for requests until then. How long a request
     * keeps its place: {@link ReverseProxy#uploading}.
     */
    int TRIALS = 3;

    /** How a request ended, as far as the upstream is concerned. */
    enum Result {
        PASSED,
        FAILED,
        /** Says nothing of the upstream: its client left or dawdles, or it was never sent for want of room. */
        NEITHER
    }

    /**
     * What opens a circuit.
     *
     * @param failures as many open it, if at least half of all failed
     * @param openFor nanoseconds
     */
    record Limits(int failures, long openFor) {
        boolean exceededBy(Window window) {
            return window.failures() >= failures && 2L * window.failures() >= window.requests();
        }
    }

    /** How often the state changed before: what was sent under another one says nothing of this one. */
    long epoch();

    /** When this state began. */
    long since();

    boolean admits(long now);

    /** After a request was admitted. */
    Circuit admitted(long now);

    /** After a request ended that was admitted under this very state. */
    Circuit ended(Result result, long now, Limits limits);

    /** The same of a request that ended as {@link Result#NEITHER} before: it has no place any more, but its result counts. */
    default Circuit endedLate(Result result, long now, Limits limits) {
        return result == Result.NEITHER ? this : admitted(now).ended(result, now, limits);
    }

    static Circuit closed(long now) {
        return new Closed(0, now, Window.empty(now));
    }

    /** @param window what went through lately */
    record Closed(long epoch, long since, Window window) implements Circuit {

        @Override
        public boolean admits(long now) {
            return true;
        }

        @Override
        public Circuit admitted(long now) {
            return this;
        }

        @Override
        public Circuit ended(Result result, long now, Limits limits) {
            if (result == Result.NEITHER) {
                return this;
            }
            Window next = window.with(result == Result.PASSED, now);
            return result == Result.FAILED && limits.exceededBy(next)
                    ? new Open(epoch + 1, now, now + limits.openFor(), next.failures(), next.requests())
                    : new Closed(epoch, since, next);
        }
    }

    /**
     * @param until when the first trial may pass
     * @param failures that opened it, of so many requests
     */
    record Open(long epoch, long since, long until, int failures, int requests) implements Circuit {

        @Override
        public boolean admits(long now) {
            return now - until >= 0;
        }

        @Override
        public Circuit admitted(long now) {
            return new HalfOpen(epoch + 1, now, 1, 0);
        }

        @Override
        public Circuit ended(Result result, long now, Limits limits) {
            return this;
        }
    }

    /**
     * @param inFlight trials that have a place
     * @param passed trials that succeeded
     */
    record HalfOpen(long epoch, long since, int inFlight, int passed) implements Circuit {

        @Override
        public boolean admits(long now) {
            return inFlight + passed < TRIALS;
        }

        @Override
        public Circuit admitted(long now) {
            return new HalfOpen(epoch, since, inFlight + 1, passed);
        }

        @Override
        public Circuit ended(Result result, long now, Limits limits) {
            return switch (result) {
                case NEITHER -> new HalfOpen(epoch, since, inFlight - 1, passed);
                case FAILED -> new Open(epoch + 1, now, now + limits.openFor(), 1, passed + 1);
                case PASSED ->
                    passed + 1 < TRIALS
                            ? new HalfOpen(epoch, since, inFlight - 1, passed + 1)
                            : new Closed(epoch + 1, now, Window.empty(now));
            };
        }
    }
}
