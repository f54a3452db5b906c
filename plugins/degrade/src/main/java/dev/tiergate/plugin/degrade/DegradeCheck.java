package dev.tiergate.plugin.degrade;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Change;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Fallback;
import dev.tiergate.plugin.Refuse;
import io.vertx.core.Future;
import java.util.Optional;

/** Refuses nothing; offers less, by the store's tier, where something else refuses. */
final class DegradeCheck implements Check, Fallback {

    private static final Future<Decision> ALLOWED = Future.succeededFuture(Allow.plain());

    private final DegradeConfig config;

    DegradeCheck(DegradeConfig config) {
        this.config = config;
    }

    @Override
    public Future<Decision> ask(Call call) {
        return ALLOWED;
    }

    @Override
    public Optional<Fallback> fallback() {
        return Optional.of(this);
    }

    @Override
    public Future<Optional<Change>> offer(Call call, Refuse refusal) {
        var tier = call.entitlements().tier().code();
        return Future.succeededFuture(
                config.on().contains(refusal.reason().code())
                        ? config.less(tier).map(less -> less.change(call))
                        : Optional.empty());
    }
}
