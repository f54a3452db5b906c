package dev.tiergate.entitlement;

import dev.tiergate.telemetry.MetricNames;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and logs each bad row once, however often it is read. */
final class ReportedRows implements RejectedRows {

    private static final Logger LOG = LoggerFactory.getLogger(ReportedRows.class);

    /** Beyond that many, rows are left out in silence: the log has said enough. */
    private static final int MOST = 10_000;

    private final MeterRegistry registry;
    private final Set<String> reported = ConcurrentHashMap.newKeySet();

    ReportedRows(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void reject(String table, String key, String why) {
        var shown = Texts.forLog(key);
        if (reported.size() < MOST && reported.add(table + " " + shown + " " + why)) {
            registry.counter(MetricNames.ENTITLEMENT_ROWS_REJECTED, "table", table)
                    .increment();
            LOG.warn("Row {} of {} is left out: it {}", shown, table, why);
        }
    }
}
