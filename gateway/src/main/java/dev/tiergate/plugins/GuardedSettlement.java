package dev.tiergate.plugins;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.OpenRequest;
import dev.tiergate.plugin.Outcome;
import dev.tiergate.plugin.Settlement;
import io.vertx.core.Future;
import java.util.Map;
import java.util.function.Function;

/**
 * What a plugin is told of a request that it let through. The request passes whatever the plugin makes of that.
 *
 * @param again asks the plugin whether a stream may go on; answers by the policy of its use where it cannot tell
 */
record GuardedSettlement(Settlement settlement, PluginGuard guard, Function<Call, Future<Decision>> again)
        implements Settlement {

    @Override
    public void began(OpenRequest request) {
        guard.tell(() -> settlement.began(request));
    }

    @Override
    public void answered(Outcome outcome) {
        guard.tell(() -> settlement.answered(outcome));
    }

    @Override
    public Future<Void> recorded() {
        return guard.ask(told -> told.recorded().map(true), settlement, done -> true, late -> {})
                .mapEmpty();
    }

    @Override
    public Map<String, String> responseHeaders() {
        var headers = guard.get(settlement::responseHeaders, Map.<String, String>of());
        if (SendableHeaders.areValid(headers)) {
            return headers;
        }
        guard.failed();
        return Map.of();
    }

    @Override
    public Future<Decision> again(Call call) {
        return again.apply(call);
    }

    @Override
    public void ended() {
        guard.tell(settlement::ended);
    }
}
