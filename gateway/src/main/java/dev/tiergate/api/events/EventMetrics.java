package dev.tiergate.api.events;

import dev.tiergate.limits.LimitEvents;
import dev.tiergate.telemetry.MetricNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What events count. */
final class EventMetrics {

    private static final List<String> OUTCOMES = List.of("told", "known", "lost");

    private final MeterRegistry registry;
    private final AtomicInteger open = new AtomicInteger();
    private final Counter cutOff;

    EventMetrics(MeterRegistry registry) {
        this.registry = registry;
        registry.gauge(MetricNames.EVENT_STREAMS, open, AtomicInteger::get);
        this.cutOff = registry.counter(MetricNames.EVENT_STREAMS_CUT_OFF);
        for (var kind : LimitEvents.Kind.values()) {
            OUTCOMES.forEach(outcome -> counter(kind, outcome));
        }
    }

    void open(int more) {
        open.addAndGet(more);
    }

    void cutOff() {
        cutOff.increment();
    }

    void news(LimitEvents.Kind kind, String outcome) {
        counter(kind, outcome).increment();
    }

    private Counter counter(LimitEvents.Kind kind, String outcome) {
        return registry.counter(MetricNames.LIMIT_EVENTS, "event", PageEvent.type(kind), "outcome", outcome);
    }
}
