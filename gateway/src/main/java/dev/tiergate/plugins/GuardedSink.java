package dev.tiergate.plugins;

import dev.tiergate.plugin.Event;
import dev.tiergate.plugin.EventSink;
import io.vertx.core.Future;
import java.util.Optional;

/** A plugin's event sink, as the outbox asks it: in time and on the event loop. A delivery that fails is no fault of the plugin. */
final class GuardedSink implements EventSink, AutoCloseable {

    private final EventSink sink;
    private final PluginGuard guard;

    GuardedSink(EventSink sink, PluginGuard guard) {
        this.sink = sink;
        this.guard = guard;
    }

    @Override
    public Future<Void> deliver(Event event) {
        return guard.ask(this::failure, event, any -> true, late -> {})
                .compose(why -> why.isPresent() ? Future.failedFuture(why.get()) : Future.succeededFuture());
    }

    private Future<Optional<Throwable>> failure(Event event) {
        var delivery = sink.deliver(event);
        return delivery == null
                ? Future.failedFuture("the plugin gave no future")
                : delivery.transform(done ->
                        Future.succeededFuture(done.succeeded() ? Optional.empty() : Optional.of(done.cause())));
    }

    @Override
    public void close() {
        if (sink instanceof AutoCloseable owner) {
            guard.tell(owner::close);
        }
    }
}
