package dev.tiergate.limits;

import java.util.List;
import java.util.function.Function;

/** What became of a charge; numbers stand in the order of the request's lines. */
public sealed interface ChargeResult {

    /** One function a case, so that a new case breaks every caller when it compiles. */
    <T> T fold(
            Function<? super Charged, ? extends T> charged,
            Function<? super Over, ? extends T> over,
            Function<? super Unavailable, ? extends T> unavailable);

    /**
     * All lines were taken.
     *
     * @param numbers with this charge
     */
    record Charged(List<Usage> numbers, Receipt receipt) implements ChargeResult {
        @Override
        public <T> T fold(
                Function<? super Charged, ? extends T> charged,
                Function<? super Over, ? extends T> over,
                Function<? super Unavailable, ? extends T> unavailable) {
            return charged.apply(this);
        }
    }

    /**
     * One line had no room, so nothing was taken.
     *
     * @param line the index of the line that keeps the request waiting longest
     */
    record Over(int line, List<Usage> numbers) implements ChargeResult {
        @Override
        public <T> T fold(
                Function<? super Charged, ? extends T> charged,
                Function<? super Over, ? extends T> over,
                Function<? super Unavailable, ? extends T> unavailable) {
            return over.apply(this);
        }
    }

    /** The counters did not answer in time; what they may have taken late is given back. */
    record Unavailable() implements ChargeResult {
        @Override
        public <T> T fold(
                Function<? super Charged, ? extends T> charged,
                Function<? super Over, ? extends T> over,
                Function<? super Unavailable, ? extends T> unavailable) {
            return unavailable.apply(this);
        }
    }
}
