package dev.tiergate;

import dev.tiergate.entitlement.EntitlementService;
import dev.tiergate.entitlement.EntitlementsRung;
import dev.tiergate.limits.LimitsRung;
import dev.tiergate.limits.NodeCounters;
import dev.tiergate.telemetry.MetricNames;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** On which rung this node stands: how well it can count, and how well it knows what stores may use. */
final class Ladder {

    private static final Optional<String> LATELY =
            Optional.of("Redis: asked in vain within the last ten seconds, or not at all");

    private final RoutesReload reload;
    private final @Nullable EntitlementService entitlements;
    private final @Nullable NodeCounters counters;
    private final Supplier<Optional<String>> redis;

    /** @param redis why an event loop cannot ask it; empty when all can */
    Ladder(
            RoutesReload reload,
            @Nullable EntitlementService entitlements,
            @Nullable NodeCounters counters,
            Supplier<Optional<String>> redis) {
        this.reload = reload;
        this.entitlements = entitlements;
        this.counters = counters;
        this.redis = redis;
    }

    /** Held on to by whoever keeps this. */
    void register(MeterRegistry registry) {
        if (counters != null) {
            registry.gauge(
                    MetricNames.LIMITS_RUNG, this, ladder -> ladder.limits().ordinal());
        }
        if (entitlements != null) {
            registry.gauge(
                    MetricNames.ENTITLEMENTS_RUNG,
                    this,
                    ladder -> ladder.entitlements().ordinal());
        }
    }

    private LimitsRung limits() {
        var policy = reload.current().config().gating().onLimitsDown();
        return counters == null ? LimitsRung.EXACT : counters.rung(redis.get().isPresent(), policy);
    }

    private EntitlementsRung entitlements() {
        return entitlements == null ? EntitlementsRung.FRESH : entitlements.rung();
    }

    /** Null where gating is off by the environment. */
    @Nullable
    JsonObject limitsReport() {
        if (counters == null) {
            return null;
        }
        var rung = limits();
        return report(rung.label(), redis.get().or(() -> rung == LimitsRung.EXACT ? Optional.empty() : LATELY));
    }

    /** Null where gating is off by the environment. */
    @Nullable
    JsonObject entitlementsReport() {
        return entitlements == null
                ? null
                : report(entitlements().label(), entitlements.notReady().or(entitlements::degraded));
    }

    private static JsonObject report(String rung, Optional<String> reason) {
        return new JsonObject().put("rung", rung).put("reason", reason.orElse(null));
    }
}
