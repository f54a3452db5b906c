package dev.tiergate.upstream;

import dev.tiergate.plugin.Outcome;
import dev.tiergate.plugin.Settlement;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells settlements; one that throws costs nothing but a line in the log. */
final class Settling {

    private static final Logger LOG = LoggerFactory.getLogger(Settling.class);

    private Settling() {}

    static void answered(Settlement settlement, Outcome outcome) {
        try {
            settlement.answered(outcome);
        } catch (RuntimeException e) {
            LOG.error("A settlement threw", e);
        }
    }

    /** Complete, or failed, when the client may have its answer; where that is at once, of no other event loop. */
    static Future<Void> recorded(Settlement settlement) {
        try {
            Future<Void> recorded = settlement.recorded();
            return recorded.isComplete() ? Future.succeededFuture() : recorded;
        } catch (RuntimeException e) {
            LOG.error("A settlement threw", e);
            return Future.succeededFuture();
        }
    }

    static void ended(Settlement settlement) {
        try {
            settlement.ended();
        } catch (RuntimeException e) {
            LOG.error("A settlement threw", e);
        }
    }
}
