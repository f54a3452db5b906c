package dev.tiergate.limits;

import dev.tiergate.telemetry.Lately;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what the script could not do, not more often than people read. */
final class Faults {

    private static final Logger LOG = LoggerFactory.getLogger(Faults.class);
    private static final Lately LOGGED = new Lately(System::nanoTime);

    private Faults() {}

    static void log(String fault) {
        if (LOGGED.begins()) {
            LOG.warn("Redis could not carry out the ledger's script: {}", fault);
        }
    }
}
