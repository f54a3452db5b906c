package dev.tiergate.limits;

import dev.tiergate.plugin.Limit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * What may be let pass of one counter while Redis is away, what was, and how much of it Redis is still to be told. Shared by
 * the node's event loops.
 */
final class LocalBudget {

    private final AtomicReference<Debt> debt = new AtomicReference<>(Debt.NONE);

    /**
     * Units taken.
     *
     * @param local those that Redis is still to be told of
     * @param sending those that it is being told of now; 0 while nobody does
     */
    private record Debt(long local, long sending) {

        private static final Debt NONE = new Debt(0, 0);

        private long units() {
            return local + sending;
        }

        private Debt taking(long units) {
            return new Debt(local + units, sending);
        }

        private Debt begun() {
            return new Debt(0, local);
        }

        private Debt paid() {
            return local == 0 ? NONE : new Debt(local, 0);
        }

        private Debt unpaid() {
            return new Debt(units(), 0);
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
            Debt before = debt.get();
            long room = bound == Limit.UNLIMITED ? units : (bound - charged.getAsLong()) / nodes - before.units();
            long taken = Math.max(0, Math.min(units, room));
            if (taken == 0 || debt.compareAndSet(before, before.taking(taken))) {
                return taken;
            }
        }
    }

    /** Undoes a take; false when Redis is told of the units already, and has to be told that they came back. */
    boolean untake(long units) {
        return change(known -> known.local() >= units, known -> known.taking(-units));
    }

    /** True for the one caller that is to tell Redis of {@link #sending()}, and then how that went. */
    boolean beginSettling() {
        return change(known -> known.local() > 0 && known.sending() == 0, Debt::begun);
    }

    /** Units taken that Redis has not confirmed. */
    long owed() {
        return debt.get().units();
    }

    /** The same from {@link #beginSettling} to its end, whatever is taken or undone in between. */
    long sending() {
        return debt.get().sending();
    }

    void settled() {
        debt.updateAndGet(Debt::paid);
    }

    void notSettled() {
        debt.updateAndGet(Debt::unpaid);
    }

    private boolean change(Predicate<Debt> where, UnaryOperator<Debt> change) {
        while (true) {
            Debt before = debt.get();
            if (!where.test(before)) {
                return false;
            }
            if (debt.compareAndSet(before, change.apply(before))) {
                return true;
            }
        }
    }
}
