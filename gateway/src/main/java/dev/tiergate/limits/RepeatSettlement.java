package dev.tiergate.limits;

import dev.tiergate.plugin.Outcome;
import dev.tiergate.plugin.Outcome.Kind;
import dev.tiergate.plugin.Settlement;
import io.vertx.core.Future;

/** Of a free repeat: one that did not go to the upstream is not counted. */
final class RepeatSettlement implements Settlement {

    private final KeyHold hold;

    RepeatSettlement(KeyHold hold) {
        this.hold = hold;
    }

    @Override
    public void answered(Outcome outcome) {
        if (outcome.kind() == Kind.NOT_SENT) {
            hold.drop();
        }
    }

    @Override
    public Future<Void> recorded() {
        return hold.recorded();
    }
}
