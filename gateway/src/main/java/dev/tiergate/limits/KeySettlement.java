package dev.tiergate.limits;

import dev.tiergate.plugin.Outcome;
import dev.tiergate.plugin.Settlement;
import dev.tiergate.routes.Route.Charge.On;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps a key where all that its request was to change stays changed, so that no repeat is free for what came back. */
final class KeySettlement implements Settlement {

    private final KeyHold hold;
    private final List<ChargeRequest.Line> lines;
    private final boolean gives;
    private final @Nullable Instant end;

    /**
     * @param gives whether a success takes units off counters
     * @param end when the first window of what was charged ends; null where none does
     */
    KeySettlement(KeyHold hold, List<ChargeRequest.Line> lines, boolean gives, @Nullable Instant end) {
        this.hold = hold;
        this.lines = lines;
        this.gives = gives;
        this.end = end;
    }

    @Override
    public void answered(Outcome outcome) {
        if (stays(LimitSettlement.Verdict.of(outcome))) {
            hold.keep(end);
        } else {
            hold.drop();
        }
    }

    private boolean stays(LimitSettlement.Verdict verdict) {
        return switch (verdict) {
            case SUCCESS -> true;
            case FAILURE -> false;
            case KEPT -> !gives && charges();
            case CLIENT_ERROR ->
                !gives && charges() && lines.stream().allMatch(line -> line.slots() || line.on() == On.ATTEMPT);
        };
    }

    /** Slots end with the request, and are no charge that a repeat could be spared. */
    private boolean charges() {
        return !lines.stream().allMatch(ChargeRequest.Line::slots);
    }
}
