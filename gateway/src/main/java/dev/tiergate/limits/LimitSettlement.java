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
    private final List<ChargeRequest.Line> lines;
    private final ChargeResult.@Nullable Charged charged;
    private final @Nullable ChargeRequest less;
    private final @Nullable RateLimitFields fields;
    private final Consumer<CostReport> reports;
    private final ReportedUnits reported;
    private Map<String, String> headers = Map.of();

    /**
     * @param pass what is asked for
     * @param charged null where nothing was
     * @param fields tell the client what is left when units came back; null where it does not hear of it
     * @param reports told what the upstream said of each cost
     * @param reported told the same, of this response alone
     */
    LimitSettlement(
            UsageLedger ledger,
            Pass pass,
            ChargeResult.@Nullable Charged charged,
            @Nullable RateLimitFields fields,
            Consumer<CostReport> reports,
            ReportedUnits reported) {
        this.ledger = ledger;
        this.lines = pass.request().lines();
        this.less = pass.after();
        this.charged = charged;
        this.fields = fields;
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
        if (charged != null) {
            charged.receipt().began(request);
        }
    }

    @Override
    public Future<Decision> again(Call call) {
        return charged == null
                ? Future.succeededFuture(Allow.plain())
                : charged.receipt()
                        .over(call)
                        .map(over -> over.<Decision>map(LimitRefusal::lowered).orElse(Allow.plain()))
                        .otherwise(fault -> LimitRefusal.unavailable());
    }

    @Override
    public void answered(Outcome outcome) {
        Verdict verdict = Verdict.of(outcome);
        if (charged != null && (verdict != Verdict.SUCCESS || someReport())) {
            settle(charged, verdict, outcome);
        }
        if (less != null && verdict == Verdict.SUCCESS) {
            ledger.giveBack(less);
        }
    }

    private boolean someReport() {
        for (ChargeRequest.Line line : lines) {
            if (line.report() != null) {
                return true;
            }
        }
        return false;
    }

    private void settle(ChargeResult.Charged taken, Verdict verdict, Outcome outcome) {
        long[] unused = new long[lines.size()];
        boolean back = false;
        for (int i = 0; i < unused.length; i++) {
            ChargeRequest.Line line = lines.get(i);
            if (!line.slots()) {
                unused[i] = unused(verdict, outcome, line.units(), line.on(), line.report(), reports, reported);
                back |= unused[i] != 0;
            }
        }
        if (back) {
            taken.receipt().settle(unused);
            headers = fields == null ? Map.of() : told(fields, taken.numbers(), unused);
        }
    }

    private Map<String, String> told(RateLimitFields by, List<Usage> numbers, long[] unused) {
        List<Usage> settled = new ArrayList<>(numbers.size());
        for (int i = 0; i < unused.length; i++) {
            settled.add(numbers.get(i).less(unused[i]));
        }
        return by.of(lines, settled, RateLimitFields.binding(lines, settled));
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
        if (charged != null) {
            charged.receipt().release();
        }
    }
}
