package dev.tiergate.plugin;

import io.vertx.core.Future;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A limit that a plugin counts in a way of its own. It knows who has how much left; the gateway does the rest: it asks
 * before a request is forwarded, refuses with the 429 of every limit, settles at the head of the response, and tells of it
 * in the store's usage.
 *
 * <p>A quota is made once for each event loop and asked from that event loop only. It never blocks and never throws. A
 * failed future is a fault, not a refusal, and so is one that is not complete by the {@code deadline} of routes.yaml; the
 * request gets a 503.
 */
public interface Quota {

    /**
     * Takes all units, or none.
     *
     * @param call of shadow mode where {@link Call#shadow} says so: those are counted apart
     * @param units 1 or more
     */
    Future<Taken> take(Call call, long units);

    /**
     * Told at most once for a call of which units were taken: so many of them were not used.
     *
     * @param units 1 up to what was taken
     */
    void giveBack(Call call, long units);

    /**
     * How it stands now for a store, or for one of its users; takes nothing.
     *
     * @param shadow what calls of shadow mode took is asked for
     */
    Future<State> read(Entitlements entitlements, Caller caller, boolean shadow, Instant now);

    /**
     * What became of a wish for units.
     *
     * @param all whether they were taken
     * @param state with them; {@code resetsAt} is when they would fit where they were not taken, and when the window ends that
     *     they were taken of where they were: null where there is none
     */
    record Taken(boolean all, State state) {}

    /**
     * How a quota stands.
     *
     * @param limit units, {@link Limit#UNLIMITED} for no bound
     * @param current units used, 0 or more
     * @param resetsAt when there will be more; null where waiting does not help
     */
    record State(long limit, long current, @Nullable Instant resetsAt) {}
}
