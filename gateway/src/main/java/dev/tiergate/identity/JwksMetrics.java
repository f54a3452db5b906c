package dev.tiergate.identity;

import dev.tiergate.telemetry.MetricNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** How the keys of one JWKS fare. */
final class JwksMetrics {

    private static final String SOURCE = "source";
    private static final String OUTCOME = "outcome";

    private final MeterRegistry meters;
    private final InstantSource clock;
    private final Gauge age;
    private final Counter loaded;
    private final Counter failed;

    private volatile @Nullable Instant lastLoad;

    JwksMetrics(MeterRegistry meters, String source, InstantSource clock) {
        this.meters = meters;
        this.clock = clock;
        this.loaded = meters.counter(MetricNames.JWKS_LOADS, SOURCE, source, OUTCOME, "loaded");
        this.failed = meters.counter(MetricNames.JWKS_LOADS, SOURCE, source, OUTCOME, "failed");
        // After a reload the same source comes again: the new one's age counts.
        meters.find(MetricNames.JWKS_AGE).tag(SOURCE, source).gauges().forEach(meters::remove);
        this.age = Gauge.builder(MetricNames.JWKS_AGE, this::ageSeconds)
                .baseUnit("seconds")
                .tag(SOURCE, source)
                .strongReference(true)
                .register(meters);
    }

    /** Not a number before the first load. */
    private double ageSeconds() {
        Instant last = lastLoad;
        return last == null
                ? Double.NaN
                : Duration.between(last, clock.instant()).toMillis() / 1000.0;
    }

    void loaded(Instant now) {
        lastLoad = now;
        loaded.increment();
    }

    void failed() {
        failed.increment();
    }

    void close() {
        if (meters.find(MetricNames.JWKS_AGE).gauges().contains(age)) {
            meters.remove(age);
        }
    }
}
