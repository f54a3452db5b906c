package dev.tiergate.plugin.testkit;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.LimitUsage;
import dev.tiergate.plugin.UsageReader;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;

/**
 * What was used of the limits of a {@link TestStore}, as {@link TestCall#used} says; of any other limit nothing was. Windows of
 * the calendar start anew an hour after the request.
 */
public final class TestUsage implements UsageReader {

    private static final Duration WINDOW_LEFT = Duration.ofHours(1);

    @Override
    public Future<Optional<LimitUsage>> of(Call call, String limitCode) {
        return Future.succeededFuture(call.entitlements()
                .limit(limitCode, call.now())
                .filter(limit ->
                        limit.scope() == Limit.Scope.STORE || call.caller().user() != null)
                .map(limit -> usage(limit, (TestCall) call)));
    }

    private static LimitUsage usage(Limit limit, TestCall call) {
        var resetsAt = limit.window().calendar() ? call.now().plus(WINDOW_LEFT) : null;
        return new LimitUsage(limit.value(), call.usedOf(limit.code()), resetsAt);
    }
}
