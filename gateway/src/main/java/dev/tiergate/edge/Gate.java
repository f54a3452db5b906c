package dev.tiergate.edge;

import dev.tiergate.entitlement.EntitlementCache;
import dev.tiergate.entitlement.Lookup;
import dev.tiergate.identity.Authenticator;
import dev.tiergate.identity.Identified;
import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Caller;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Outcome;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.routes.GatingConfig.OnEntitlementsDown;
import dev.tiergate.telemetry.GateMetrics;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gate's part of a request's way: who is it, what may they, and what do the route's checks say. Nothing here writes to
 * the client; the answer is a value. A fault of a check becomes a refusal here and nowhere else.
 */
public final class Gate {

    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

    private static final Duration SHADOW_WAIT = Duration.ofMillis(250);

    private static final Identified KEYS_AWAITED =
            new Identified.KeysMissing(Refuse.of(Reason.KEYS_UNAVAILABLE, "Keys are being loaded"));

    private final Authenticator authenticator;
    private final EntitlementCache entitlements;
    private final OnEntitlementsDown onEntitlementsDown;
    private final GateMetrics metrics;

    public Gate(
            Authenticator authenticator,
            EntitlementCache entitlements,
            OnEntitlementsDown onEntitlementsDown,
            GateMetrics metrics) {
        this.authenticator = authenticator;
        this.entitlements = entitlements;
        this.onEntitlementsDown = onEntitlementsDown;
        this.metrics = metrics;
    }

    /** Identity, entitlements, then the checks in their order; the first refusal wins. Never fails. */
    @SuppressWarnings("IllegalCatch") // what compose would have caught
    Future<Decision> decide(GatedCall exchange, List<Check> chain) {
        Future<Decision> decided;
        try {
            var identified = identify(exchange);
            // what is known already goes on at once: to compose futures costs more than most steps themselves
            decided = identified.succeeded()
                    ? entitle(exchange, identified.result(), chain)
                    : identified.compose(later -> entitle(exchange, later, chain));
        } catch (RuntimeException | LinkageError e) {
            decided = Future.failedFuture(e);
        }
        return decided.succeeded()
                ? decided
                : decided.recover(fault -> Future.succeededFuture(broken("gate", exchange, fault)));
    }

    /** In shadow nobody waits for keys to be loaded: the request goes on without an identity. */
    private Future<Identified> identify(GatedCall exchange) {
        var identified = authenticator.authenticate(exchange.headers(), exchange.now());
        return exchange.shadow() && !identified.isComplete()
                ? identified
                        .timeout(SHADOW_WAIT.toMillis(), TimeUnit.MILLISECONDS)
                        .otherwise(KEYS_AWAITED)
                : identified;
    }

    private Future<Decision> entitle(GatedCall exchange, Identified identified, List<Check> chain) {
        return identified.fold(
                known -> entitle(exchange, known.caller(), chain),
                rejected -> Future.succeededFuture(rejected.refuse()),
                missing -> Future.succeededFuture(missing.refuse()));
    }

    private Future<Decision> entitle(GatedCall exchange, Caller caller, List<Check> chain) {
        exchange.identified(caller);
        var fresh = entitlements.fresh(caller.store());
        if (fresh != null) {
            exchange.entitled(fresh, null);
            return ask(exchange, chain, 0, Allow.plain());
        }
        return entitlements.find(caller.store()).compose(lookup -> look(exchange, lookup, chain));
    }

    private Future<Decision> look(GatedCall exchange, Lookup lookup, List<Check> chain) {
        if (lookup instanceof Lookup.Found found) {
            var stale = found.stale().orElse(null);
            exchange.entitled(found.entitlements(), stale);
            return stale != null && onEntitlementsDown == OnEntitlementsDown.DENY
                    ? Future.succeededFuture(unavailable("The store's entitlements are " + age(stale) + " old"))
                    : ask(exchange, chain, 0, Allow.plain());
        }
        if (lookup instanceof Lookup.Unknown) {
            return Future.succeededFuture(Refuse.of(Reason.STORE_UNKNOWN, "The store is not known"));
        }
        metrics.fault("entitlement");
        return Future.succeededFuture(
                onEntitlementsDown == OnEntitlementsDown.ALLOW
                        ? Allow.plain().asFailOpen()
                        : unavailable("Entitlements cannot be read at the moment"));
    }

    /** The same where caller and entitlements are known: for an open stream, or a request that was changed. Never fails. */
    Future<Decision> decideAgain(GatedCall call, List<Check> chain) {
        return ask(call, chain, 0, Allow.plain()).recover(fault -> Future.succeededFuture(broken("gate", call, fault)));
    }

    /** A check that knows its answer at once costs no more than the call. */
    private Future<Decision> ask(GatedCall exchange, List<Check> chain, int from, Allow soFar) {
        var allow = soFar;
        Future<Decision> last = null;
        for (var i = from; i < chain.size(); i++) {
            var answer = askOne(exchange, chain.get(i));
            if (!answer.isComplete()) {
                var before = allow;
                var asked = i;
                return answer.compose(
                        decision -> decision.fold(
                                yes -> ask(exchange, chain, asked + 1, before.and(yes)),
                                no -> refused(exchange, chain.get(asked), before, no)),
                        fault -> withdrawn(before, broken("check", exchange, fault)));
            }
            if (answer.failed()) {
                return withdrawn(allow, broken("check", exchange, answer.cause()));
            }
            if (answer.result() instanceof Refuse refuse) {
                return refused(exchange, chain.get(i), allow, refuse);
            }
            allow = allow.and((Allow) answer.result());
            last = allow == answer.result() ? answer : null;
        }
        if (allow.failOpen()) {
            metrics.fault("limits");
        }
        return last == null ? Future.succeededFuture(allow) : last;
    }

    @SuppressWarnings("IllegalCatch") // the backstop: a plugin that throws must not cost more than its own request
    private static Future<Decision> askOne(GatedCall exchange, Check check) {
        try {
            return check.ask(exchange);
        } catch (RuntimeException | LinkageError e) {
            return Future.failedFuture(e);
        }
    }

    private Refuse broken(String stage, GatedCall exchange, Throwable fault) {
        metrics.fault(stage);
        LOG.error("The gate failed on route {}", exchange.routeId(), fault);
        return Refuse.of(Reason.CHECK_FAILED, "The request could not be checked");
    }

    private static Future<Decision> refused(GatedCall exchange, Check by, Allow before, Refuse refuse) {
        exchange.refusedBy(by);
        return withdrawn(before, refuse);
    }

    /** Gives back what checks before this one took. */
    private static Future<Decision> withdrawn(Allow before, Refuse refuse) {
        var settlement = before.settlement();
        try {
            settlement.answered(Outcome.NOT_SENT);
            var recorded = settlement.recorded();
            return recorded.isComplete()
                    ? Future.succeededFuture(refuse)
                    : recorded.transform(done -> Future.succeededFuture(refuse));
        } finally {
            settlement.ended();
        }
    }

    private static Refuse unavailable(String detail) {
        return Refuse.of(Reason.ENTITLEMENTS_UNAVAILABLE, detail).withHeader("Retry-After", "1");
    }

    private static String age(Duration stale) {
        return stale.toSeconds() + " s";
    }
}
