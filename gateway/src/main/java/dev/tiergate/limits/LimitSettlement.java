package dev.tiergate.limits;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.OpenRequest;
import dev.tiergate.plugin.Outcome;
import dev.tiergate.plugin.Settlement;
import dev.tiergate.routes.Route.Charge.On;
import dev.tiergate.telemetry.CostReport;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps, refunds or gives back once the response head is known; ends slots when nothing more flows. */
final class LimitSettlement implements Settlement {

    private final UsageLedger ledger;
    private final @Nullable Receipt receipt;
    private final @Nullable ChargeRequest less;
    private final @Nullable Reports reports;
    private final ReportedUnits reported;
    private Map<String, String> headers = Map.of();

    /**
     * A charge of which the upstream says what it came to.
     *
     * @param numbers in the order of the lines, with the charge
     * @param fields tell the client what is left after the report; null where it does not hear of it
     * @param counter told what the upstream said of each cost
     */
    record Reports(
            List<ChargeRequest.Line> lines,
            List<Usage> numbers,
            @Nullable RateLimitFields fields,
            Consumer<CostReport> counter) {

        private long[] unused(Verdict verdict, Outcome outcome, ReportedUnits reported) {
            return lines.stream()
                    .mapToLong(line -> line.slots()
                            ? 0
                            : LimitSettlement.unused(
                                    verdict, outcome, line.units(), line.on(), line.report(), counter, reported))
                    .toArray();
        }

        private Map<String, String> told(long[] unused) {
            if (fields == null) {
                return Map.of();
            }
            List<Usage> settled = new ArrayList<>(numbers.size());
            for (int i = 0; i < unused.length; i++) {
                settled.add(numbers.get(i).less(unused[i]));
            }
            return fields.of(lines, settled, RateLimitFields.binding(lines, settled));
        }
    }

    /**
     * @param receipt for what was charged; null where nothing was
     * @param less what a success takes off the counters; null for nothing
     * @param reports null where the upstream need not say what the request cost
     * @param reported told what it says
     */
    LimitSettlement(
            UsageLedger ledger,
            @Nullable Receipt receipt,
            @Nullable ChargeRequest less,
            @Nullable Reports reports,
            ReportedUnits reported) {
        this.ledger = ledger;
        this.receipt = receipt;
        this.less = less;
        this.reports = reports;
        this.reported = reported;
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
                ? Future.succeededFuture(Allow.plain())
                : receipt.over(call)
                        .map(over -> over.<Decision>map(LimitRefusal::lowered).orElse(Allow.plain()))
                        .otherwise(fault -> LimitRefusal.unavailable());
    }

    @Override
    public void answered(Outcome outcome) {
        Verdict verdict = Verdict.of(outcome);
        if (receipt != null) {
            settle(receipt, verdict, outcome);
        }
        if (less != null && verdict == Verdict.SUCCESS) {
            ledger.giveBack(less);
        }
    }

    private void settle(Receipt taken, Verdict verdict, Outcome outcome) {
        if (verdict == Verdict.FAILURE) {
            taken.refund(line -> true);
        } else if (reports != null && verdict != Verdict.KEPT) {
            long[] unused = reports.unused(verdict, outcome, reported);
            taken.settle(unused);
            headers = reports.told(unused);
        } else if (verdict == Verdict.CLIENT_ERROR) {
            taken.refund(line -> line.on() == On.SUCCESS);
        }
    }

    /**
     * What comes back of units that were taken.
     *
     * @param report where the response tells what was used; null where all was
     * @param counter told what it said
     * @param reported told too, of this response alone
     */
    static long unused(
            Verdict verdict,
            Outcome outcome,
            long units,
            On on,
            @Nullable CostAtHead report,
            Consumer<CostReport> counter,
            ReportedUnits reported) {
        if (verdict == Verdict.FAILURE || (verdict == Verdict.CLIENT_ERROR && on == On.SUCCESS)) {
            return units;
        }
        if (verdict == Verdict.KEPT || report == null) {
            return 0;
        }
        var cost = report.read(outcome, units);
        counter.accept(cost.report());
        reported.told(units, cost.units());
        return units - cost.units();
    }

    @Override
    public Map<String, String> responseHeaders() {
        return headers;
    }

    @Override
    public void ended() {
        if (receipt != null) {
            receipt.release();
        }
    }
}
