package dev.tiergate.edge;

import dev.tiergate.entitlement.StoreEntitlements;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Refuse;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Optional;

/** A WebSocket or server-sent events that were let through, and may be decided again. Belongs to one event loop. */
interface OpenStream {

    /** The external id of its caller's store. */
    String store();

    /** Whether these very entitlements let it through. */
    boolean isDecidedBy(StoreEntitlements known);

    /** Whether it may go on; empty where nothing is enforced now. */
    Future<Optional<Decision>> decide(Instant now, StoreEntitlements may);

    /** Ends it, once however often that is asked. */
    void cutOff(Refuse why);
}
