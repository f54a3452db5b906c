package dev.tiergate.upstream;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an endpoint's health from asking it.
 *
 * @param against answers in a row that speak against the state
 * @param since null before the first answer
 * @param why what is wrong; null where nothing is
 */
record Health(
        State state,
        int against,
        @Nullable Instant since,
        @Nullable String why) {

    /** Failures in a row that make an endpoint unhealthy. */
    static final int FALL = 3;

    /** Successes in a row that make it well again. */
    static final int RISE = 2;

    static final Health UNCHECKED = new Health(State.UNCHECKED, 0, null, null);
    static final Health UNKNOWN = new Health(State.UNKNOWN, 0, null, null);

    /** All but unhealthy may be sent requests. */
    enum State {
        /** Nobody asks. */
        UNCHECKED,
        /** Has not been asked yet. */
        UNKNOWN,
        HEALTHY,
        UNHEALTHY;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @param fault what was wrong with the answer; null where it was good */
    Health after(@Nullable String fault, Instant now) {
        State said = fault == null ? State.HEALTHY : State.UNHEALTHY;
        if (state == said) {
            return new Health(state, 0, since, fault);
        }
        int needed = state == State.UNKNOWN ? 1 : state == State.HEALTHY ? FALL : RISE;
        return against + 1 < needed
                ? new Health(state, against + 1, since, why == null ? fault : why)
                : new Health(said, 0, now, fault);
    }
}
