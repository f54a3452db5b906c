package dev.tiergate.limits;

import dev.tiergate.plugin.Limit;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The counters of all stores, as one event loop sees them; called from that loop only. */
public interface UsageLedger {

    /** Takes all lines of what this node holds in advance; null where that is not enough, and {@link #charge} is to be asked. */
    ChargeResult.@Nullable Charged chargeHeld(ChargeRequest request);

    /** Takes all lines of the counters, or none, and answers within the deadline. Never fails. */
    Future<ChargeResult> charge(ChargeRequest request);

    /**
     * For the time in which {@link #charge} is unavailable: takes all lines or none from what this node believes is left.
     * What it took is charged when the counters are back. {@link ChargeResult.Unavailable} when too little is left.
     */
    ChargeResult chargeLocally(ChargeRequest request);

    /** A request that {@link #charge} was unavailable for was decided all the same. */
    void decidedLocally(boolean allowed);

    /** Takes units off the counters of the present windows, which stop at 0. Slots and balances are left alone. */
    void giveBack(ChargeRequest request);

    /**
     * Reads, never charges. Limits of user scope are left out where the subject has no user.
     *
     * @return in the order of the limits; fails with {@link LedgerUnavailableException}
     */
    Future<List<Usage>> read(Subject subject, List<Limit> limits);

    /**
     * Makes the counter of the present window read what somebody else counted, whatever the limit says.
     *
     * @param limit not one of what is in flight, and no balance; where it is of user scope, the subject has a user
     * @param current 0 or more
     * @return what it read before; fails with {@link LedgerUnavailableException}, after which it may have been done or not
     */
    Future<Usage> put(Subject subject, Limit limit, long current);

    /** Why the counters cannot be had now; empty when they can. */
    Optional<String> notReady();
}
