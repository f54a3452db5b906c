package dev.tiergate.plugins;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Outcome;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.plugin.Settlement;
import dev.tiergate.routes.Mode;
import dev.tiergate.routes.Route.PluginUse;
import dev.tiergate.telemetry.PluginFault;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A plugin's check as the gate asks it: always answered, in time, with a decision, on the event loop. What the plugin cannot
 * do is counted under its name, and answered by the policy of its use. A check that answers at once costs nothing more: no
 * timer, no object.
 */
final class GuardedCheck implements Check, AutoCloseable {

    private static final Future<Decision> PASSED = Future.succeededFuture(Allow.plain());
    private static final Future<Decision> REFUSED =
            Future.succeededFuture(Refuse.of(Reason.CHECK_FAILED, "The request could not be checked"));

    private final Check check;
    private final PluginUse use;
    private final PluginGuards loop;
    private final PluginWatchdog.Slot slot;
    private final String name;
    private final boolean shadow;
    private final boolean passes;

    GuardedCheck(Check check, PluginUse use, PluginGuards loop) {
        this.check = check;
        this.use = use;
        this.loop = loop;
        this.slot = loop.slot();
        this.name = use.name();
        this.shadow = use.mode() == Mode.SHADOW;
        this.passes = shadow || use.onFailure() == PluginUse.OnFailure.PASS;
    }

    @Override
    public Future<Decision> ask(Call call) {
        return shadow
                ? answer(new ShadowCall(call))
                        .map(decision -> decision.<Decision>fold(GuardedCheck::quiet, refuse -> recorded(call, refuse)))
                : answer(call);
    }

    @SuppressWarnings("IllegalCatch") // whatever a plugin throws must not cost more than its own request
    private Future<Decision> answer(Call call) {
        Future<Decision> answer;
        var outer = slot.enter(name);
        try {
            answer = check.ask(call);
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            return fault(PluginFault.THREW, e);
        } finally {
            slot.leave(outer);
        }
        if (answer == null) {
            return fault(PluginFault.FAILED, null);
        }
        return answer.isComplete() ? decided(answer) : awaited(answer);
    }

    private Future<Decision> decided(Future<Decision> answer) {
        return answer.succeeded() && answer.result() != null ? answer : fault(PluginFault.FAILED, answer.cause());
    }

    /** Either the answer or the timer is first; the other finds that the request has its decision. */
    private Future<Decision> awaited(Future<Decision> answer) {
        Promise<Decision> decision = Promise.promise();
        var timer = loop.vertx().setTimer(use.deadline().toMillis(), late -> {
            if (!decision.future().isComplete()) {
                fault(PluginFault.LATE, null).onComplete(decision);
            }
        });
        var onLoop = loop.here();
        answer.onComplete(done -> onLoop.execute(() -> {
            if (decision.future().isComplete()) {
                undo(answer);
            } else {
                loop.vertx().cancelTimer(timer);
                decided(answer).onComplete(decision);
            }
        }));
        return decision.future();
    }

    /** Nobody waits for this answer any more. */
    @SuppressWarnings("IllegalCatch") // as above
    private void undo(Future<Decision> answer) {
        if (answer.succeeded() && answer.result() instanceof Allow allow) {
            try {
                try {
                    allow.settlement().answered(Outcome.NOT_SENT);
                } finally {
                    allow.settlement().ended();
                }
            } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
                loop.faults().happened(name, PluginFault.THREW, e);
            }
        }
    }

    private Future<Decision> fault(PluginFault kind, @Nullable Throwable cause) {
        loop.faults().happened(name, kind, cause);
        if (passes) {
            return PASSED;
        }
        loop.metrics().fault("check");
        return REFUSED;
    }

    /** What was counted hears how the request ended; nothing else reaches it or the client. */
    private static Allow quiet(Allow allow) {
        var settlement = allow.settlement();
        return settlement == Settlement.NONE ? Allow.plain() : Allow.plain().withSettlement(new Told(settlement));
    }

    private Allow recorded(Call call, Refuse refuse) {
        loop.shadowLog().refused(call, refuse);
        return Allow.plain();
    }

    @Override
    @SuppressWarnings("IllegalCatch") // as above
    public Optional<Check> again() {
        try {
            return check.again().map(again -> new GuardedCheck(again, use, loop));
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            loop.faults().happened(name, PluginFault.THREW, e);
            return Optional.empty();
        }
    }

    @Override
    @SuppressWarnings("IllegalCatch") // as above
    public void close() {
        if (check instanceof AutoCloseable owner) {
            try {
                owner.close();
            } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
                loop.faults().happened(name, PluginFault.THREW, e);
            }
        }
    }

    private record Told(Settlement settlement) implements Settlement {

        @Override
        public void answered(Outcome outcome) {
            settlement.answered(outcome);
        }

        @Override
        public void ended() {
            settlement.ended();
        }
    }
}
