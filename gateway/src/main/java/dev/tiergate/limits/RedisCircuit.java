package dev.tiergate.limits;

import java.util.concurrent.TimeUnit;

/**
 * Whether Redis answers in time, as a value. While closed, requests ask it; while open, none does, and only a probe tells
 * when it is well: {@link RedisBreaker} sends it each second, or {@link Living} where the server has the nodes' key. Times are
 * nanoseconds of the monotonic clock.
 */
sealed interface RedisCircuit {

    /** So many late commands of the last seconds open it, */
    int LATE = 5;

    /** if they are at least this part of all. */
    int PART = 4;

    /** What is older never counts, what is younger than half of it always does. */
    long SPAN_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** One pause makes everything late that is on its way; an outage goes on for longer. */
    long LASTING_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** A command was answered within its deadline. */
    RedisCircuit answered(long now);

    /** A command's deadline passed. */
    RedisCircuit late(long now);

    /** The probe was answered within its deadline. */
    RedisCircuit probed(long now);

    static RedisCircuit closed(long now) {
        return new Closed(now, 0, 0, 0, 0, now);
    }

    /**
     * @param began when the present half of the span began
     * @param answered in the present half
     * @param late in the present half
     * @param lateSince since when some were late
     */
    record Closed(long began, int answered, int late, int answeredBefore, int lateBefore, long lateSince)
            implements RedisCircuit {

        private static final long HALF = SPAN_NANOS / 2;

        @Override
        public RedisCircuit answered(long now) {
            Closed rolled = rolled(now);
            return new Closed(
                    rolled.began,
                    rolled.answered + 1,
                    rolled.late,
                    rolled.answeredBefore,
                    rolled.lateBefore,
                    rolled.lateSince);
        }

        @Override
        public RedisCircuit late(long now) {
            Closed rolled = rolled(now);
            long since = rolled.allLate() == 0 ? now : rolled.lateSince;
            var next = new Closed(
                    rolled.began, rolled.answered, rolled.late + 1, rolled.answeredBefore, rolled.lateBefore, since);
            return next.isOutage(now) ? new Open(next.allLate(), next.all()) : next;
        }

        @Override
        public RedisCircuit probed(long now) {
            return answered(now);
        }

        private boolean isOutage(long now) {
            return allLate() >= LATE && (long) PART * allLate() >= all() && now - lateSince >= LASTING_NANOS;
        }

        private int allLate() {
            return late + lateBefore;
        }

        private int all() {
            return allLate() + answered + answeredBefore;
        }

        /** A clock of another thread may be a little behind: that counts in the present half. */
        private Closed rolled(long now) {
            long elapsed = now - began;
            if (elapsed < HALF) {
                return this;
            }
            return elapsed < 2 * HALF
                    ? new Closed(began + HALF, 0, 0, answered, late, lateSince)
                    : new Closed(now, 0, 0, 0, 0, now);
        }
    }

    /**
     * @param late commands that opened it
     * @param all of so many
     */
    record Open(int late, int all) implements RedisCircuit {

        @Override
        public RedisCircuit answered(long now) {
            return this;
        }

        @Override
        public RedisCircuit late(long now) {
            return this;
        }

        @Override
        public RedisCircuit probed(long now) {
            return RedisCircuit.closed(now);
        }
    }
}
