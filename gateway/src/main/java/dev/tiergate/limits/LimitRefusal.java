package dev.tiergate.limits;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Entitlements;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Need;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.routes.Route;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** The 429: what is used up, until when, and what to change to. */
final class LimitRefusal {

    static final String RETRY_AFTER = "Retry-After";

    private LimitRefusal() {}

    static Refuse of(Call call, Route route, ChargeRequest.Line line, Usage usage, Map<String, String> fields) {
        Limit limit = line.limit();
        Entitlements entitlements = call.entitlements();
        var need = Need.feature(route.feature(), route.minimumTier())
                .withLimit(limit.code(), usage.current() + line.units());
        boolean waitingHelps = line.units() <= limit.value();
        Refuse refuse = Refuse.of(line.slots() ? Reason.CONCURRENCY_REACHED : Reason.LIMIT_REACHED, sentence(line))
                .withFeature(call.feature().flatMap(entitlements::feature).orElse(null))
                .withRequiredTier(entitlements
                        .upgrade(need, call.now())
                        .map(Entitlements.Upgrade::tier)
                        .orElse(null))
                .withMember("limit_type", limit.code())
                .withMember("limit", limit.value())
                .withMember("current", usage.current())
                .withMember("remaining", usage.remaining())
                .withMember("window", Names.of(limit.window()))
                .withMember(
                        "resets_at",
                        waitingHelps ? usage.resetsAt().map(Instant::toString).orElse(null) : null);
        return headers(refuse, line, usage, fields);
    }

    static String sentence(ChargeRequest.Line line) {
        Limit limit = line.limit();
        String bound = "Limit '" + limit.code() + "' of " + limit.value() + Names.per(limit.window());
        return line.units() > limit.value() && limit.value() > 0
                ? bound + " cannot hold the " + line.units() + " that this request needs"
                : bound + " is reached";
    }

    private static Refuse headers(Refuse refuse, ChargeRequest.Line line, Usage usage, Map<String, String> fields) {
        Refuse full = refuse;
        for (Map.Entry<String, String> field : fields.entrySet()) {
            full = full.withHeader(field.getKey(), field.getValue());
        }
        Optional<Long> wait = Waits.seconds(line, usage);
        return wait.isPresent() ? full.withHeader(RETRY_AFTER, String.valueOf(wait.get())) : full;
    }
}
