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

    /** @return complete or failed when the client may have its answer */
    static Future<Void> answered(Settlement settlement, Outcome outcome) {
        try {
            settlement.answered(outcome);
            return settlement.recorded();
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
