package dev.tiergate.limits;

import dev.tiergate.plugin.Outcome;
import dev.tiergate.plugin.Settlement;
import dev.tiergate.routes.Route.Charge.On;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps a key where something of what was charged stays so; of a 4xx all of it, so that no repeat is free for what came back. */
final class KeySettlement implements Settlement {

    private final KeyHold hold;
    private final List<On> charged;
    private final boolean gives;
    private final ReportedUnits reported;
    private final @Nullable Instant end;

    /**
     * @param charged when each of what was charged counts as used; without slots, which end with the request and are no
     *     charge that a repeat could be spared
     * @param gives whether a success takes units off counters
     * @param reported what the response said of costs, told before this
     * @param end when the first window of what was charged ends; null where none does
     */
    KeySettlement(KeyHold hold, List<On> charged, boolean gives, ReportedUnits reported, @Nullable Instant end) {
        this.hold = hold;
        this.charged = charged;
        this.gives = gives;
        this.reported = reported;
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

    /** A repeat that follows the answer finds its key, at any node. */
    @Override
    public Future<Void> recorded() {
        return hold.recorded();
    }

    private boolean stays(LimitSettlement.Verdict verdict) {
        return switch (verdict) {
            case SUCCESS -> gives || !reported.unused(charged.size());
            case FAILURE -> false;
            case KEPT -> !gives && !charged.isEmpty();
            case CLIENT_ERROR -> !gives && !charged.isEmpty() && !charged.contains(On.SUCCESS) && !reported.givenBack();
        };
    }
}
