package dev.tiergate.limits;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.OpenRequest;
import dev.tiergate.plugin.Outcome;
import dev.tiergate.plugin.Settlement;
import dev.tiergate.routes.Route.Charge.On;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** Keeps, refunds or gives back once the response head is known; ends slots when nothing more flows. */
final class LimitSettlement implements Settlement {

    private final UsageLedger ledger;
    private final @Nullable Receipt receipt;
    private final @Nullable ChargeRequest less;

    /**
     * @param receipt for what was charged; null where nothing was
     * @param less what a success takes off the counters; null for nothing
     */
    LimitSettlement(UsageLedger ledger, @Nullable Receipt receipt, @Nullable ChargeRequest less) {
        this.ledger = ledger;
        this.receipt = receipt;
        this.less = less;
    }

    /** What an outcome means for units. */
    enum Verdict {
        /** Used, and done. */
        SUCCESS,
        /** The upstream did nothing: all come back. */
        FAILURE,
        /** The upstream refused: what is charged on success comes back. */
        CLIENT_ERROR,
        /** Sent, and nobody waited: used, but no success. */
        KEPT;

        private static final int CLIENT_ERRORS = 400;
        private static final int SERVER_ERRORS = 500;

        static Verdict of(Outcome outcome) {
            return switch (outcome.kind()) {
                case NOT_SENT, BROKEN_OFF, TIMED_OUT -> FAILURE;
                case CLIENT_GONE -> KEPT;
                case ANSWERED ->
                    outcome.status() >= SERVER_ERRORS
                            ? FAILURE
                            : outcome.status() >= CLIENT_ERRORS ? CLIENT_ERROR : SUCCESS;
            };
        }
    }

    @Override
    public void began(OpenRequest request) {
        if (receipt != null) {
            receipt.began(request);
        }
    }

    @Override
    public Future<Decision> again(Call call) {
        return receipt == null
                ? ALLOWED
                : receipt.over(call)
                        .map(over -> over.<Decision>map(LimitRefusal::lowered).orElse(Allow.plain()))
                        .otherwise(fault -> LimitRefusal.unavailable());
    }

    @Override
    public void answered(Outcome outcome) {
        Verdict verdict = Verdict.of(outcome);
        if (receipt != null) {
            if (verdict == Verdict.FAILURE) {
                receipt.refund(line -> true);
            } else if (verdict == Verdict.CLIENT_ERROR) {
                receipt.refund(line -> line.on() == On.SUCCESS);
            }
        }
        if (less != null && verdict == Verdict.SUCCESS) {
            ledger.giveBack(less);
        }
    }

    @Override
    public void ended() {
        if (receipt != null) {
            receipt.release();
        }
    }
}
