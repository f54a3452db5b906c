package dev.tiergate.plugins;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.telemetry.DecisionLog;
import dev.tiergate.telemetry.GateMetrics;

/** Counts and logs what plugins in shadow would have refused, as it is of routes in shadow. Of one event loop. */
final class ShadowLog {

    private static final String SHADOW = "shadow";
    private static final String NONE = "none";

    private final GateMetrics metrics;
    private final DecisionLog log = new DecisionLog();

    ShadowLog(GateMetrics metrics) {
        this.metrics = metrics;
    }

    void refused(Call call, Refuse refuse) {
        var reason = refuse.reason();
        var feature = call.feature().orElse(NONE);
        switch (reason.status()) {
            case 403 ->
                metrics.denied(
                        feature, reason.code(), call.entitlements().tier().code(), SHADOW);
            case 429 ->
                metrics.limitExceeded(feature, String.valueOf(refuse.members().get("limit_type")), SHADOW);
            default -> metrics.refused(reason.code(), reason.status());
        }
        log.refused(line(call, refuse));
    }

    private static DecisionLog.Line line(Call call, Refuse refuse) {
        return new DecisionLog.Line(
                refuse.reason().status(),
                refuse.reason().code(),
                refuse.detail(),
                call.feature().orElse(null),
                call.caller().store(),
                call.caller().user(),
                call.entitlements().tier().code(),
                call.routeId(),
                call.method(),
                call.path(),
                call.clientAddress(),
                SHADOW,
                call.requestId(),
                call.headers().get("X-Request-Id"));
    }
}
