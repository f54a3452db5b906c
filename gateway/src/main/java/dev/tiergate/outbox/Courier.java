package dev.tiergate.outbox;

import dev.tiergate.outbox.Outbox.Claimed;
import dev.tiergate.outbox.OutboxMetrics.Delivery;
import dev.tiergate.plugin.EventSink;
import dev.tiergate.routes.SinkUse;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the rows of one sink to it, a few at a time. Other nodes do the same: a row belongs to whoever took it, until its
 * lease is over. What a node took and did not say delivered is sent again, by any of them. Belongs to one context.
 */
final class Courier {

    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);

    private final SinkUse use;
    private final EventSink sink;
    private final Outbox outbox;
    private final OutboxBounds bounds;
    private final OutboxMetrics metrics;
    private final Duration lease;
    private final Promise<Void> over = Promise.promise();
    private int inFlight;
    private boolean looking;
    private boolean more;
    private boolean ended;
    private boolean away;

    Courier(SinkUse use, EventSink sink, Outbox outbox, OutboxBounds bounds, OutboxMetrics metrics) {
        this.use = use;
        this.sink = sink;
        this.outbox = outbox;
        this.bounds = bounds;
        this.metrics = metrics;
        this.lease = use.deadline().plus(bounds.grace());
        metrics.counts(use.name());
    }

    SinkUse use() {
        return use;
    }

    /** Takes what is due, as far as there is room; what comes meanwhile is looked for once more. */
    void look() {
        int room = bounds.inFlight() - inFlight;
        if (looking || ended || room == 0) {
            more = true;
            return;
        }
        looking = true;
        more = false;
        outbox.claim(use.name(), room, lease).onComplete(found -> {
            looking = false;
            if (found.succeeded()) {
                found(found.result(), room);
            } else if (!away) {
                LOG.warn(
                        "Events for the sink {} wait: {}",
                        use.name(),
                        found.cause().getMessage());
            }
            away = found.failed();
            closeIfOver();
        });
    }

    private void found(List<Claimed> rows, int room) {
        boolean behind = more;
        more = behind || rows.size() == room;
        rows.forEach(this::send);
        if (behind) {
            look();
        }
    }

    private void send(Claimed row) {
        inFlight++;
        sink.deliver(row.event())
                .transform(outcome -> outcome.succeeded() ? delivered(row) : failed(row, outcome.cause()))
                .onFailure(fault -> LOG.debug("The outcome of a delivery was not kept; it will be sent again", fault))
                .onComplete(kept -> {
                    inFlight--;
                    next();
                });
    }

    private Future<Void> delivered(Claimed row) {
        metrics.sent(use.name(), Delivery.DELIVERED);
        return outbox.delivered(row);
    }

    private Future<Void> failed(Claimed row, Throwable fault) {
        metrics.sent(use.name(), Delivery.FAILED);
        var why = fault.getMessage() == null ? fault.getClass().getSimpleName() : fault.getMessage();
        return outbox.failed(row, why, bounds.sending().after(row.attempts()), use.giveUpAfter())
                .onSuccess(givenUp -> {
                    if (givenUp) {
                        metrics.sent(use.name(), Delivery.GIVEN_UP);
                        LOG.error("An event for the sink {} is given up; the outbox keeps it: {}", use.name(), why);
                    }
                })
                .mapEmpty();
    }

    private void next() {
        closeIfOver();
        if (more && !ended && inFlight <= bounds.inFlight() / 2) {
            look();
        }
    }

    /** Takes no more than it has asked for; the sink is closed when the last delivery is over, and then the future completes. */
    Future<Void> end() {
        ended = true;
        closeIfOver();
        return over.future();
    }

    private void closeIfOver() {
        if (ended && !looking && inFlight == 0 && over.tryComplete()) {
            close();
        }
    }

    @SuppressWarnings("IllegalCatch") // the others are to be closed all the same
    private void close() {
        if (sink instanceof AutoCloseable owner) {
            try {
                owner.close();
            } catch (Exception e) {
                LOG.error("The sink {} could not be closed", use.name(), e);
            }
        }
    }
}
