package dev.tiergate.outbox;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what waits in the table, and deletes what is old. Every node does. Belongs to one context. */
final class Upkeep {

    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

    private final Vertx vertx;
    private final Outbox outbox;
    private final OutboxBounds bounds;
    private final OutboxMetrics metrics;
    private final List<Long> timers = new ArrayList<>();
    private Duration keep = Duration.ZERO;

    Upkeep(Vertx vertx, Outbox outbox, OutboxBounds bounds, OutboxMetrics metrics) {
        this.vertx = vertx;
        this.outbox = outbox;
        this.bounds = bounds;
        this.metrics = metrics;
    }

    /** @param age of a row that goes, if its window is over, too */
    void keep(Duration age) {
        keep = age;
    }

    /** Again is nothing new. */
    void begin() {
        if (timers.isEmpty()) {
            every(bounds.measure(), this::measure);
            every(bounds.purge(), this::purge);
        }
    }

    /** At times of each node's own. */
    private void every(Duration pause, Runnable step) {
        timers.add(vertx.setPeriodic(1 + EventPost.someOf(pause), pause.toMillis(), tick -> step.run()));
    }

    private void measure() {
        outbox.backlog().onSuccess(metrics::backlog);
    }

    private void purge() {
        purge(0).onSuccess(undelivered -> {
                    if (undelivered > 0) {
                        LOG.error(
                                "{} old events were deleted that no sink has, for sinks that there are no more",
                                undelivered);
                    }
                })
                .onFailure(fault -> LOG.warn("Old events were not deleted: {}", fault.getMessage()));
    }

    private Future<Long> purge(long before) {
        return outbox.purge(keep).compose(part -> {
            long undelivered = before + part.undelivered();
            return part.rows() == Outbox.PURGED_AT_ONCE ? purge(undelivered) : Future.succeededFuture(undelivered);
        });
    }

    void end() {
        timers.forEach(vertx::cancelTimer);
    }
}
