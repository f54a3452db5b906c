package dev.tiergate.plugin.reserve;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.LimitUsage;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.plugin.UsageReader;
import io.vertx.core.Future;
import java.util.Objects;

/** Whether more of the limit is left than is kept for others; where that is not known, the use's policy decides. */
final class ReserveCheck implements Check {

    private static final Reason LIMIT_RESERVED = Reason.forbidden("limit_reserved");

    private static final Future<Decision> ALLOWED = Future.succeededFuture(Allow.plain());

    private final ReserveConfig config;
    private final UsageReader usage;

    ReserveCheck(ReserveConfig config, UsageReader usage) {
        this.config = config;
        this.usage = usage;
    }

    /** What has no bound needs no question to the counters. */
    @Override
    public Future<Decision> ask(Call call) {
        var limit = call.entitlements().limit(config.limit(), call.now());
        return limit.filter(Limit::unlimited).isPresent()
                ? ALLOWED
                : usage.of(call, config.limit())
                        .map(known -> known.filter(this::reserved)
                                .<Decision>map(left -> refusal(call, left))
                                .orElse(Allow.plain()));
    }

    private boolean reserved(LimitUsage left) {
        return !left.unlimited() && left.remaining() <= kept(left);
    }

    private long kept(LimitUsage left) {
        return config.keep().of(left.limit());
    }

    private Refuse refusal(Call call, LimitUsage left) {
        var resetsAt = Objects.toString(left.resetsAt(), null);
        var detail = "Limit '" + config.limit() + "' has " + left.remaining() + " of " + left.limit() + " left, and "
                + kept(left) + " are kept for other requests";
        return Refuse.of(LIMIT_RESERVED, resetsAt == null ? detail : detail + "; it starts anew at " + resetsAt)
                .withFeature(
                        call.feature().flatMap(call.entitlements()::feature).orElse(null))
                .withMember("limit_type", config.limit())
                .withMember("limit", left.limit())
                .withMember("remaining", left.remaining())
                .withMember("kept", kept(left))
                .withMember("resets_at", resetsAt);
    }
}
