package dev.tiergate.edge;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Change;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Refuse;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** Asks the checks of a route for another way. */
final class Fallbacks {

    private static final Future<Optional<Change>> NOTHING = Future.succeededFuture(Optional.empty());

    private Fallbacks() {}

    /** The first change that is offered, by the checks' order; empty where there is none. */
    static Future<Optional<Change>> ask(Call call, Refuse refusal, List<Check> chain) {
        return ask(call, refusal, chain, 0);
    }

    private static Future<Optional<Change>> ask(Call call, Refuse refusal, List<Check> chain, int from) {
        for (var i = from; i < chain.size(); i++) {
            var fallback = chain.get(i).fallback();
            if (fallback.isPresent()) {
                var next = i + 1;
                return fallback.get()
                        .offer(call, refusal)
                        .compose(change ->
                                change.isPresent() ? Future.succeededFuture(change) : ask(call, refusal, chain, next));
            }
        }
        return NOTHING;
    }
}
