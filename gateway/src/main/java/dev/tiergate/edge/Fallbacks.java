package dev.tiergate.edge;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Change;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.telemetry.GateMetrics;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the checks of a route for another way. A fault of one of them is caught here: it offers nothing, and the next is asked. */
final class Fallbacks {

    private static final Logger LOG = LoggerFactory.getLogger(Fallbacks.class);

    /** How long a client that was refused already may wait for each of them. */
    private static final Duration DEADLINE = Duration.ofSeconds(1);

    private static final Future<Optional<Change>> NOTHING = Future.succeededFuture(Optional.empty());

    private final GateMetrics metrics;

    Fallbacks(GateMetrics metrics) {
        this.metrics = metrics;
    }

    /** The first change that is offered, by the checks' order; empty where there is none. Never fails. */
    Future<Optional<Change>> ask(Call call, Refuse refusal, List<Check> chain) {
        return ask(call, refusal, chain, 0);
    }

    private Future<Optional<Change>> ask(Call call, Refuse refusal, List<Check> chain, int from) {
        for (var i = from; i < chain.size(); i++) {
            var offer = offer(call, refusal, chain.get(i));
            if (!offer.isComplete()) {
                var next = i + 1;
                return offer.compose(change ->
                        change.isPresent() ? Future.succeededFuture(change) : ask(call, refusal, chain, next));
            }
            if (offer.result().isPresent()) {
                return offer;
            }
        }
        return NOTHING;
    }

    @SuppressWarnings("IllegalCatch") // the backstop: a plugin that throws must not cost more than its offer
    private Future<Optional<Change>> offer(Call call, Refuse refusal, Check check) {
        Future<Optional<Change>> offered;
        try {
            var fallback = check.fallback();
            if (fallback.isEmpty()) {
                return NOTHING;
            }
            offered = Objects.requireNonNull(fallback.get().offer(call, refusal), "a fallback answered null");
        } catch (RuntimeException | LinkageError e) {
            offered = Future.failedFuture(e);
        }
        return (offered.isComplete() ? offered : inTime(offered))
                .map(change -> Objects.requireNonNull(change, "a fallback answered null"))
                .otherwise(fault -> nothing(call, fault));
    }

    /** On the event loop of the request, whoever completes it; an answer that is late finds nobody. */
    private static Future<Optional<Change>> inTime(Future<Optional<Change>> offered) {
        var loop = Objects.requireNonNull(Vertx.currentContext(), "fallbacks are asked on an event loop");
        var vertx = loop.owner();
        Promise<Optional<Change>> answer = Promise.promise();
        var timer = vertx.setTimer(
                DEADLINE.toMillis(), late -> answer.tryFail("a fallback did not answer within " + DEADLINE));
        offered.onComplete(done -> loop.runOnContext(now -> {
            vertx.cancelTimer(timer);
            if (done.succeeded()) {
                answer.tryComplete(done.result());
            } else {
                answer.tryFail(done.cause());
            }
        }));
        return answer.future();
    }

    private Optional<Change> nothing(Call call, Throwable fault) {
        metrics.fault("check");
        LOG.error("A fallback failed on route {}", call.routeId(), fault);
        return Optional.empty();
    }
}
