package dev.tiergate.plugins;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Change;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Fallback;
import dev.tiergate.plugin.Outcome;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.plugin.Settlement;
import dev.tiergate.routes.Mode;
import dev.tiergate.routes.Route.PluginUse;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A plugin's check as the gate asks it: always answered, in time, with a decision, on the event loop. What the plugin cannot
 * do is answered by the policy of its use.
 */
final class GuardedCheck implements Check, AutoCloseable {

    private static final Future<Decision> PASSED = Future.succeededFuture(Allow.plain());
    private static final Future<Decision> REFUSED =
            Future.succeededFuture(Refuse.of(Reason.CHECK_FAILED, "The request could not be checked"));

    private final Check check;
    private final PluginUse use;
    private final PluginGuards loop;
    private final PluginGuard guard;
    private final Function<Call, Future<Decision>> question;
    private final Consumer<Decision> undo = this::undo;
    private final boolean shadow;
    private final boolean passes;

    GuardedCheck(Check check, PluginUse use, PluginGuards loop) {
        this.check = check;
        this.use = use;
        this.loop = loop;
        this.guard = new PluginGuard(use.name(), use.deadline(), loop);
        this.question = check::ask;
        this.shadow = use.mode() == Mode.SHADOW;
        this.passes = shadow || use.onFailure() == PluginUse.OnFailure.PASS;
    }

    @Override
    public Future<Decision> ask(Call call) {
        if (shadow) {
            return answer(question, new ShadowCall(call))
                    .map(decision -> decision.<Decision>fold(this::quiet, refuse -> recorded(call, refuse)));
        }
        var answer = answer(question, call);
        if (!answer.isComplete()) {
            return answer.map(this::safe);
        }
        var decision = answer.result();
        var safe = safe(decision);
        return safe == decision ? answer : Future.succeededFuture(safe);
    }

    /** Never fails. */
    private Future<Decision> answer(Function<Call, Future<Decision>> asked, Call call) {
        var answer = guard.ask(asked, call, SendableHeaders::of, undo);
        return answer.succeeded() ? answer : answer.recover(counted -> byPolicy());
    }

    private Future<Decision> byPolicy() {
        if (passes) {
            return PASSED;
        }
        loop.metrics().fault("check");
        return REFUSED;
    }

    private Decision safe(Decision decision) {
        return decision instanceof Allow allow && allow.settlement() != Settlement.NONE
                ? allow.withSettlement(told(allow.settlement()))
                : decision;
    }

    private Settlement told(Settlement settlement) {
        return new GuardedSettlement(settlement, guard, call -> answer(settlement::again, call));
    }

    /** Nobody waits for this answer any more. */
    private void undo(Decision late) {
        if (safe(late) instanceof Allow allow) {
            allow.settlement().answered(Outcome.NOT_SENT);
            allow.settlement().ended();
        }
    }

    /** What was counted hears how the request ended; nothing else reaches it or the client. */
    private Allow quiet(Allow allow) {
        var settlement = allow.settlement();
        return settlement == Settlement.NONE
                ? Allow.plain()
                : Allow.plain().withSettlement(told(settlement).inShadow());
    }

    private Allow recorded(Call call, Refuse refuse) {
        loop.shadowLog().refused(call, refuse);
        return Allow.plain();
    }

    @Override
    public Optional<Check> again() {
        return guard.get(check::again, Optional.<Check>empty()).map(again -> new GuardedCheck(again, use, loop));
    }

    /** In shadow it has none: it would change the request. */
    @Override
    public Optional<Fallback> fallback() {
        return shadow
                ? Optional.empty()
                : guard.get(check::fallback, Optional.<Fallback>empty()).map(this::offering);
    }

    private Fallback offering(Fallback fallback) {
        return (call, refusal) -> guard.<Call, Optional<Change>>ask(
                        refused -> fallback.offer(refused, refusal), call, any -> true, late -> {})
                .otherwise(Optional.empty());
    }

    @Override
    public void close() {
        if (check instanceof AutoCloseable owner) {
            guard.tell(owner::close);
        }
    }
}
