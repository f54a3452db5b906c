package dev.tiergate.limits;

import dev.tiergate.routes.GatingConfig.OnLimitsDown;
import dev.tiergate.telemetry.Lately;
import dev.tiergate.telemetry.MetricNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.LongSupplier;

/** What a node decided on its own where Redis did not count; shared by its event loops. */
final class LocalDecisions {

    private final Counter allowed;
    private final Counter refused;
    private final Lately allowedLately;
    private final Lately refusedLately;

    /** @param clock nanoseconds of the monotonic clock */
    LocalDecisions(LongSupplier clock, MeterRegistry registry) {
        this.allowed = registry.counter(MetricNames.LIMITS_WITHOUT_REDIS, "outcome", "allowed");
        this.refused = registry.counter(MetricNames.LIMITS_WITHOUT_REDIS, "outcome", "refused");
        this.allowedLately = new Lately(clock);
        this.refusedLately = new Lately(clock);
    }

    void decided(boolean allow) {
        (allow ? allowed : refused).increment();
        (allow ? allowedLately : refusedLately).happened();
    }

    /**
     * The lowest on which a request stood lately, else the one on which the next will stand.
     *
     * @param away whether an event loop cannot ask Redis
     * @param leases whether units are held in advance
     */
    LimitsRung rung(boolean away, boolean leases, OnLimitsDown policy) {
        if (refusedLately.has()) {
            return LimitsRung.REFUSING;
        }
        if (allowedLately.has()) {
            return LimitsRung.LOCAL_BUDGET;
        }
        if (!away) {
            return LimitsRung.EXACT;
        }
        if (leases) {
            return LimitsRung.LEASED;
        }
        return policy == OnLimitsDown.ALLOW ? LimitsRung.LOCAL_BUDGET : LimitsRung.REFUSING;
    }
}
