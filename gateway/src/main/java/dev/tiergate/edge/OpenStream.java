package dev.tiergate.edge;

import dev.tiergate.entitlement.StoreEntitlements;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Refuse;
import io.vertx.core.Future;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A WebSocket or server-sent events that were let through, and may be decided again. Belongs to one event loop. */
interface OpenStream {

    /** The external id of its caller's store. */
    String store();

    /** Whether these very entitlements let it through. */
    boolean isDecidedBy(StoreEntitlements known);

    /** Whether a refusal would end it now. */
    boolean isEnforcedNow();

    /** Whether it may go on. */
    Future<Decision> decide(Instant now, StoreEntitlements may);

    /**
     * Ends it, once however often that is asked.
     *
     * @param may what the store may use, where that is why; null where it is not known
     */
    void cutOff(Refuse why, @Nullable StoreEntitlements may);
}
