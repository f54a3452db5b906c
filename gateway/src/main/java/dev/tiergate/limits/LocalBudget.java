package dev.tiergate.limits;

import dev.tiergate.plugin.Limit;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What may be let pass of one counter while Redis is away, what was, and how much of it Redis is still to be told. Shared by
 * the node's event loops.
 */
final class LocalBudget {

    private static final AtomicReferenceFieldUpdater<LocalBudget, State> STATE =
            AtomicReferenceFieldUpdater.newUpdater(LocalBudget.class, State.class, "state");

    private volatile State state = State.NONE;

    /**
     * Units taken.
     *
     * @param local those that Redis was never told of
     * @param debt those that it is told of, or was without an answer
     * @param telling whether somebody does now
     * @param maybe whether Redis may have heard, so that the debt must stay as it is
     */
    private record State(long local, @Nullable Debt debt, boolean telling, boolean maybe) {

        private static final State NONE = new State(0, null, false, false);

        private long units() {
            return local + sending();
        }

        private long sending() {
            return debt == null ? 0 : debt.units();
        }

        private State taking(long units) {
            return new State(local + units, debt, telling, maybe);
        }

        private @Nullable State begun(LongSupplier numbers) {
            if (telling || units() == 0) {
                return null;
            }
            return debt == null
                    ? new State(0, new Debt(numbers.getAsLong(), local), true, false)
                    : new State(local, debt, true, maybe);
        }

        private boolean tells(Debt told) {
            return told.equals(debt);
        }

        private State paid() {
            return local == 0 ? NONE : new State(local, null, false, false);
        }

        private State unpaid(boolean heard) {
            return maybe || heard ? new State(local, debt, false, true) : new State(units(), null, false, false);
        }
    }

    /**
     * Takes as many units as there are.
     *
     * @param bound of what is counted; {@link Limit#UNLIMITED} for none
     * @param charged of it, as Redis said last; asked after what is owed, so that nothing settled in between is missed by both
     * @param nodes among which the rest is shared evenly
     * @return how many, 0 to {@code units}
     */
    long take(long bound, LongSupplier charged, long units, int nodes) {
        while (true) {
            State before = state;
            long room = bound == Limit.UNLIMITED ? units : (bound - charged.getAsLong()) / nodes - before.units();
            long taken = Math.max(0, Math.min(units, room));
            if (taken == 0 || STATE.compareAndSet(this, before, before.taking(taken))) {
                return taken;
            }
        }
    }

    /**
     * Undoes a take.
     *
     * @return the units of it that Redis was told of already, and has to be told that they came back
     */
    long untake(long units) {
        while (true) {
            State before = state;
            long back = Math.min(units, before.local());
            if (back == 0 || STATE.compareAndSet(this, before, before.taking(-back))) {
                return units - back;
            }
        }
    }

    /**
     * For the one caller that is to tell Redis, and then how that went; the same again where nobody knows whether Redis heard.
     *
     * @param numbers each one higher than all that this node gave before
     * @return null where there is nothing to tell, or somebody does
     */
    @Nullable
    Debt beginSettling(LongSupplier numbers) {
        while (true) {
            State before = state;
            State begun = before.begun(numbers);
            if (begun == null || STATE.compareAndSet(this, before, begun)) {
                return begun == null ? null : begun.debt();
            }
        }
    }

    /** Units taken that Redis has not confirmed. */
    long owed() {
        return state.units();
    }

    /** Those of them that it is told of, or was without an answer. */
    long sending() {
        return state.sending();
    }

    void settled(Debt debt) {
        STATE.updateAndGet(this, known -> known.tells(debt) ? known.paid() : known);
    }

    /** @param heard whether Redis may have heard of it */
    void notSettled(Debt debt, boolean heard) {
        STATE.updateAndGet(this, known -> known.tells(debt) ? known.unpaid(heard) : known);
    }
}
