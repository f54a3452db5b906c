package dev.tiergate;

import dev.tiergate.edge.Readiness;
import dev.tiergate.entitlement.EntitlementService;
import dev.tiergate.telemetry.MetricNames;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node needs to serve, and how operators hear of it: in {@code /ready}, in gauges, and in the log where it is set
 * up unwisely.
 *
 * @param entitlements null where gating is off by the environment
 * @param redis why an event loop cannot ask it; empty when all can
 */
record Dependencies(
        Settings settings,
        SecretsWatch secrets,
        @Nullable EntitlementService entitlements,
        Supplier<Optional<String>> redis,
        Keys keys,
        GatingCap cap,
        RouteCodes codes,
        RoutesReload reload) {

    private static final Logger LOG = LoggerFactory.getLogger(Dependencies.class);

    private static final Duration BYPASS_REMINDER = Duration.ofMinutes(1);

    void watch(Readiness readiness) {
        if (entitlements != null) {
            readiness.require("entitlements", entitlements::notReady);
            readiness.watch("postgresql", entitlements::degraded);
            readiness.watch("redis", redis);
            readiness.require("keys", () -> keys.notReady(reload.current().config()));
            readiness.watch("catalogue", () -> codes.unknown(reload));
        }
        readiness.watch("routes", reload::trouble);
        readiness.watch("secrets", secrets::trouble);
    }

    void measure(MeterRegistry registry) {
        registry.gauge(
                MetricNames.CONFIG_LAST_RELOAD_SUCCESS, reload, r -> r.trouble().isEmpty() ? 1 : 0);
        registry.gauge(MetricNames.GATING_BYPASSED, reload, r -> Status.bypassed(cap, r.current()) ? 1 : 0);
    }

    void warn(Vertx vertx) {
        if (entitlements != null && settings.migrationDatabase() == null) {
            LOG.warn(
                    "TIERGATE_MIGRATION_DATABASE_URL is not set: requests are served by the role that owns the schema");
        }
        if (entitlements != null
                && settings.adminDatabase() == null
                && reload.current().config().admin() != null) {
            LOG.warn("TIERGATE_ADMIN_DATABASE_URL is not set: the admin API writes as the role that serves requests");
        }
        vertx.setPeriodic(1, BYPASS_REMINDER.toMillis(), timer -> {
            if (Status.bypassed(cap, reload.current())) {
                LOG.warn("Gating is off: every request passes ungated");
            }
        });
    }
}
