package dev.tiergate.limits;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Quota;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.routes.Route.Charge;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What a request takes from a limit that a plugin counts.
 *
 * @param kind what the plugin calls such limits
 * @param amount 1 unit or more
 */
record QuotaLine(String code, String kind, Quota quota, Charge.On on, Price.Amount amount) {

    long units() {
        return amount.units();
    }

    /** The 429 of every limit; what a tier would give, only the plugin knows. */
    Refuse refuse(Call call, Quota.State state, boolean withFields) {
        var usage = new QuotaUsage(code, kind, state, call.now());
        var line = new ChargeRequest.Line(usage.usage().limit(), units(), on);
        Instant end = units() <= state.limit() ? state.resetsAt() : null;
        Refuse refuse = Refuse.of(Reason.LIMIT_REACHED, usage.sentence(units()))
                .withFeature(
                        call.feature().flatMap(call.entitlements()::feature).orElse(null))
                .withMember("limit_type", code)
                .withMember("limit", state.limit())
                .withMember("current", state.current())
                .withMember("remaining", usage.usage().remaining())
                .withMember("window", kind)
                .withMember("resets_at", end == null ? null : end.toString());
        if (withFields) {
            for (var field : new RateLimitFields()
                    .of(List.of(line), List.of(usage.usage()), 0)
                    .entrySet()) {
                refuse = refuse.withHeader(field.getKey(), field.getValue());
            }
        }
        return end == null ? refuse : refuse.withHeader("Retry-After", seconds(call.now(), end));
    }

    /** Whole seconds, rounded up, at least 1. */
    private static String seconds(Instant now, Instant end) {
        long seconds = Duration.between(now, end).plusNanos(999_999_999).toSeconds();
        return Long.toString(Math.max(1, seconds));
    }
}
