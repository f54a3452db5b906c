package dev.tiergate.outbox;

import dev.tiergate.plugin.Event;
import dev.tiergate.plugin.EventSink;
import io.vertx.core.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts how often it is closed. */
record ClosingSink(AtomicInteger closed, EventSink sink) implements EventSink, AutoCloseable {

    @Override
    public Future<Void> deliver(Event event) {
        return sink.deliver(event);
    }

    @Override
    public void close() {
        closed.incrementAndGet();
    }
}
