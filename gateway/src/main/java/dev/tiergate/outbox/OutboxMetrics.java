package dev.tiergate.outbox;

import dev.tiergate.plugin.Event;
import dev.tiergate.telemetry.MetricNames;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What the outbox counts. */
final class OutboxMetrics {

    /** What became of an event on its way to the table. */
    enum Writing {
        WRITTEN,
        /** It was there already: another node was first. */
        KNOWN,
        /** It never came there: the queue was full, or the node ended while PostgreSQL was away. */
        LOST
    }

    /** What became of an attempt. */
    enum Delivery {
        DELIVERED,
        FAILED,
        /** Failed, and there is no next one. */
        GIVEN_UP
    }

    private final MeterRegistry registry;

    /** By sink, for as long as the node runs. */
    private final Map<String, Shown> shown = new HashMap<>();

    private static final class Shown {
        private volatile Outbox.Backlog backlog;

        private Shown(Outbox.Backlog backlog) {
            this.backlog = backlog;
        }
    }

    OutboxMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (var type : Event.Type.values()) {
            for (var writing : Writing.values()) {
                wrote(type, writing, 0);
            }
        }
    }

    void wrote(Event.Type type, Writing writing, long events) {
        registry.counter(MetricNames.OUTBOX_EVENTS, "event", type.code(), "outcome", label(writing))
                .increment((double) events);
    }

    void queue(Number queued) {
        registry.gauge(MetricNames.OUTBOX_QUEUE, queued);
    }

    /** A sink's series are there from now on, beginning with 0. */
    void counts(String sink) {
        if (shown.containsKey(sink)) {
            return;
        }
        for (var delivery : Delivery.values()) {
            sent(sink, delivery, 0);
        }
        var one = new Shown(nothing(sink));
        shown.put(sink, one);
        gauge(MetricNames.OUTBOX_WAITING, sink, one, Outbox.Backlog::waiting).register(registry);
        gauge(MetricNames.OUTBOX_GIVEN_UP, sink, one, Outbox.Backlog::givenUp).register(registry);
        gauge(MetricNames.OUTBOX_OLDEST, sink, one, Outbox.Backlog::oldestSeconds)
                .baseUnit("seconds")
                .register(registry);
    }

    private static Gauge.Builder<Shown> gauge(
            String name, String sink, Shown one, ToDoubleFunction<Outbox.Backlog> value) {
        return Gauge.builder(name, one, now -> value.applyAsDouble(now.backlog))
                .tag("sink", sink)
                .strongReference(true);
    }

    void sent(String sink, Delivery delivery) {
        sent(sink, delivery, 1);
    }

    private void sent(String sink, Delivery delivery, int more) {
        registry.counter(MetricNames.OUTBOX_DELIVERIES, "sink", sink, "outcome", label(delivery))
                .increment(more);
    }

    /** A sink that is not among them has nothing left. */
    void backlog(Collection<Outbox.Backlog> found) {
        List<Outbox.Backlog> all = new ArrayList<>(found);
        shown.forEach((sink, one) -> one.backlog = all.stream()
                .filter(backlog -> backlog.sink().equals(sink))
                .findFirst()
                .orElseGet(() -> nothing(sink)));
    }

    private static Outbox.Backlog nothing(String sink) {
        return new Outbox.Backlog(sink, 0, 0, 0);
    }

    private static String label(Enum<?> outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }
}
