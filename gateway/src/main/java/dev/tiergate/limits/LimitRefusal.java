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

/** The 429: what is used up, until when, and what to change to; and what is said where nothing can be counted. */
public final class LimitRefusal {

    private static final String RETRY_AFTER = "Retry-After";

    /** When a client may ask again while the counters are away. */
    private static final String RETRY_SECONDS = "1";

    private LimitRefusal() {}

    static Refuse of(Call call, Route route, ChargeRequest.Line line, Usage usage, Map<String, String> fields) {
        Limit limit = usage.limit();
        Entitlements entitlements = call.entitlements();
        var need = Need.feature(route.feature(), route.minimumTier())
                .withLimit(limit.code(), usage.tierValueFor(line.units()));
        boolean waitingHelps = line.units() <= limit.value();
        Refuse refuse = Refuse.of(
                        line.slots() ? Reason.CONCURRENCY_REACHED : Reason.LIMIT_REACHED, sentence(usage, line.units()))
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

    /** Why a limit with a bound has no room for so many units more. */
    public static String sentence(Usage usage, long units) {
        Limit limit = usage.limit();
        if (limit.window() == Limit.Window.CREDITS) {
            return "The balance of '" + limit.code() + "' is " + usage.remaining() + " credits, and " + units
                    + (units == 1 ? " is needed" : " are needed");
        }
        return units > limit.value() && limit.value() > 0
                ? bound(limit) + " cannot hold the " + units + " that this request needs"
                : bound(limit) + " is reached";
    }

    private static String bound(Limit limit) {
        return "Limit '" + limit.code() + "' of " + limit.value() + Names.per(limit.window());
    }

    /** The limit has another value than when it was charged, and others came first. */
    static Refuse lowered(Limit limit) {
        return Refuse.of(Reason.CONCURRENCY_REACHED, bound(limit) + " is reached");
    }

    /** What is in flight could not be told to Redis for so long that others may have its slots. */
    static Refuse slotsLost() {
        return Refuse.of(Reason.LIMITS_UNAVAILABLE, "The usage counters did not answer for too long")
                .withHeader(RETRY_AFTER, RETRY_SECONDS);
    }

    /** The counters do not answer. */
    public static Refuse unavailable() {
        return Refuse.of(Reason.LIMITS_UNAVAILABLE, "The usage counters do not answer; try again in a moment")
                .withHeader(RETRY_AFTER, RETRY_SECONDS);
    }

    /** The limit counts users, and the caller's token names none. */
    public static Refuse noUser() {
        return Refuse.of(Reason.INVALID_TOKEN, "The token names no user, and this limit counts users")
                .withHeader("WWW-Authenticate", "Bearer error=\"invalid_token\"");
    }

    private static Refuse headers(Refuse refuse, ChargeRequest.Line line, Usage usage, Map<String, String> fields) {
        Refuse full = refuse;
        for (Map.Entry<String, String> field : fields.entrySet()) {
            full = full.withHeader(field.getKey(), field.getValue());
        }
        Optional<Long> wait = RetryAfter.seconds(line, usage);
        return wait.isPresent() ? full.withHeader(RETRY_AFTER, String.valueOf(wait.get())) : full;
    }
}
