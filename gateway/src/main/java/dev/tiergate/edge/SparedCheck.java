package dev.tiergate.edge;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** A check whose refusal for one reason is not heard: a change of the request answers it. */
record SparedCheck(Check check, Reason reason) implements Check {

    /** The chain with that check spared; without it, the chain as it is. */
    static List<Check> in(List<Check> chain, Check by, Reason reason) {
        return chain.stream()
                .<Check>map(check -> check == by ? new SparedCheck(check, reason) : check)
                .toList();
    }

    @Override
    public Future<Decision> ask(Call call) {
        return check.ask(call).map(this::spared);
    }

    @Override
    public Optional<Check> again() {
        return check.again().map(later -> new SparedCheck(later, reason));
    }

    private Decision spared(Decision decision) {
        return decision instanceof Refuse refuse && refuse.reason().equals(reason) ? Allow.plain() : decision;
    }
}
