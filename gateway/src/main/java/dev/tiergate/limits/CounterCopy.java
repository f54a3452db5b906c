package dev.tiergate.limits;

import org.jspecify.annotations.Nullable;

/**
 * One counter, as Redis had it.
 *
 * @param store its external id
 * @param user whose use it counts; null for the store's
 * @param grant the grant of which it counts what was spent; null where it counts none, or the tier's
 * @param limit the limit's code
 * @param span null for a limit that never starts anew
 * @param value units charged, with what nodes held
 * @param epoch in which it was counted
 * @param version how often it had changed in that epoch and those before
 */
public record CounterCopy(
        String store,
        @Nullable String user,
        @Nullable String grant,
        String limit,
        @Nullable WindowSpan span,
        long value,
        long epoch,
        long version) {

    /** As Redis told it; what nodes held of it is not known any more. */
    Told told() {
        return new Told(value, 0, epoch, version);
    }

    /** The same counter, counted at another time. */
    CounterCopy as(Told told) {
        return new CounterCopy(store, user, grant, limit, span, told.charged(), told.epoch(), told.version());
    }
}
