package dev.tiergate.edge;

import dev.tiergate.plugin.Outcome;
import dev.tiergate.plugin.Settlement;

/** Hears how a request in shadow ended, and has no part in it: nothing waits for it, or is asked of it. */
record ShadowSettlement(Settlement counted) implements Settlement {

    @Override
    public void answered(Outcome outcome) {
        counted.answered(outcome);
    }

    @Override
    public void ended() {
        counted.ended();
    }
}
