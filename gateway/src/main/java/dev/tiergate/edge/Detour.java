package dev.tiergate.edge;

import dev.tiergate.plugin.Change;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Fallback;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.routes.Match;
import dev.tiergate.routes.Mode;
import dev.tiergate.telemetry.GateMetrics;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Another way for a request that was refused: the first change that its route's checks offer, read, matched and decided as if
 * it had come so. Whatever the mode of the route that it leads to, a changed request is enforced.
 */
final class Detour {

    private static final Logger LOG = LoggerFactory.getLogger(Detour.class);

    private final Serving serving;
    private final RequestHead head;
    private final GateMetrics metrics;

    Detour(Serving serving, RequestHead head, GateMetrics metrics) {
        this.serving = serving;
        this.head = head;
        this.metrics = metrics;
    }

    /** A call and what the gate says of it. */
    record Decided(GatedCall call, Decision decision) {}

    /** Whether another way is asked for after this decision. */
    static boolean after(GatedCall call, Decision decision) {
        return decision instanceof Refuse refuse
                && call.mode() == Mode.ENFORCE
                && call.refusedBy().isPresent()
                && Fallback.AFTER.contains(refuse.reason());
    }

    /** The changed call, decided; the one that was refused, and its refusal, where there is no other way. Never fails. */
    Future<Decided> find(GatedCall refused, Refuse refusal) {
        var stands = new Decided(refused, refusal);
        return Fallbacks.ask(refused, refusal, serving.chain(refused.route()))
                .compose(offered -> offered.flatMap(change -> changed(refused, refusal, change))
                        .map(this::decide)
                        .orElse(Future.succeededFuture(stands)))
                .otherwise(fault -> {
                    metrics.fault("check");
                    LOG.error("A change on route {} could not be decided", refused.routeId(), fault);
                    return stands;
                });
    }

    private Future<Decided> decide(GatedCall call) {
        return serving.gate()
                .decideAgain(call, call.asked(serving.chain(call.route())))
                .map(decision -> new Decided(call, decision));
    }

    private Optional<GatedCall> changed(GatedCall refused, Refuse refusal, Change change) {
        if (change.upstream() != null && !serving.hasUpstream(change.upstream())) {
            return nowhere(refused, "names an upstream that is not in routes.yaml");
        }
        var reading = PathReader.read(target(refused, change), null);
        var headers = MultiMap.caseInsensitiveMultiMap().addAll(refused.headers());
        change.upstreamHeaders().forEach(headers::set);
        if (!(reading instanceof Reading.Read target)) {
            return nowhere(refused, "makes a target that cannot be read");
        }
        var match = serving.config()
                .table()
                .match(head.host().host(), refused.requestedMethod(), target.path(), headers::get);
        if (!(match instanceof Match.Found found)
                || found.route().publicRoute()
                || target.notAllowed(found.route().quirks()) != null) {
            return nowhere(refused, "leads to no route with a gate");
        }
        var by = refused.refusedBy().orElseThrow();
        return Optional.of(refused.changed(new Degraded(refused, refusal, by, change), target, found.route(), headers));
    }

    private static String target(GatedCall refused, Change change) {
        var query = ChangedQuery.of(refused.query(), change.query());
        return query == null ? refused.path() : refused.path() + '?' + query;
    }

    private Optional<GatedCall> nowhere(GatedCall refused, String why) {
        metrics.fault("check");
        LOG.error("A change that a fallback offers on route {} {}", refused.routeId(), why);
        return Optional.empty();
    }
}
