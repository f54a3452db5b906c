package dev.tiergate.plugin;

import io.vertx.core.Future;

/**
 * Where events go. The gateway keeps each event until a sink has taken it: it is written down first, sent by one node, and
 * sent again, later and later, until a delivery succeeds or the event is too old. So a receiver may see an event twice, and
 * tells by its id.
 *
 * <p>A sink is made once a process and asked from one event loop. It never blocks and never throws. One that is
 * {@link AutoCloseable} is closed when routes.yaml has it no more, or has it otherwise.
 */
@FunctionalInterface
public interface EventSink {

    /**
     * Completes once the receiver has the event. A future that fails, or is not complete by {@link SinkContext#deadline()},
     * means that it has to be sent again; the failure's message is kept beside the event for operators, so it holds nothing
     * secret. Asked for several events at once, in no order.
     */
    Future<Void> deliver(Event event);
}
