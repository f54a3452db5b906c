package dev.tiergate.limits;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.OpenRequest;
import io.vertx.core.Future;
import java.util.Optional;
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

    /** Who holds the slots: it is cut off where this node cannot keep them. */
    default void began(OpenRequest request) {}

    /**
     * The first limit on what is in flight whose value, as it is now, leaves no room for this holder, the newest first; empty
     * where there is none. Fails with {@link LedgerUnavailableException}.
     */
    default Future<Optional<Limit>> over(Call call) {
        return Future.succeededFuture(Optional.empty());
    }

    /** Frees the slots; told once, when nothing more will flow. */
    void release();
}
