package dev.tiergate.limits;

import java.util.function.Predicate;

/** For a charge that was taken: how to give it back. */
public interface Receipt {

    /** Gives back the units of the lines that match, each line at most once, unless their window is over. Slots stay. */
    void refund(Predicate<ChargeRequest.Line> which);

    /**
     * Gives back part of the units, as {@link #refund} does.
     *
     * @param unused of each line, in their order: 0 for none, at most what was taken
     */
    void settle(long[] unused);

    /** Frees the slots; told once, when nothing more will flow. */
    void release();
}
