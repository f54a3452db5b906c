package dev.tiergate.limits;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Outcome;
import dev.tiergate.plugin.Quota;
import dev.tiergate.plugin.Settlement;
import dev.tiergate.routes.Route.Charge.On;
import dev.tiergate.telemetry.CostReport;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request's charge of limits that plugins count: all of them or none, settled as every charge is. */
final class QuotaCharge implements Settlement {

    private static final Logger LOG = LoggerFactory.getLogger(QuotaCharge.class);

    private final Call call;
    private final List<QuotaLine> lines;
    private final boolean withFields;
    private final Consumer<CostReport> reports;
    private final List<Instant> ends = new ArrayList<>();
    private final ReportedUnits reported = new ReportedUnits();
    private int taken;

    /** @param withFields whether a refusal tells what is left in RateLimit fields */
    QuotaCharge(Call call, List<QuotaLine> lines, boolean withFields, Consumer<CostReport> reports) {
        this.call = call;
        this.lines = lines;
        this.withFields = withFields;
        this.reports = reports;
    }

    /** One after the other; what was taken comes back where a later one has no room, or fails. */
    Future<Decision> take() {
        if (taken == lines.size()) {
            return Future.succeededFuture(Allow.plain().withSettlement(this));
        }
        QuotaLine line = lines.get(taken);
        return ask(line)
                .onFailure(fault -> answered(Outcome.NOT_SENT))
                .compose(answer ->
                        answer.all() ? next(answer.state()) : Future.succeededFuture(refused(line, answer.state())));
    }

    private Future<Decision> next(Quota.State state) {
        Instant end = state.resetsAt();
        if (end != null) {
            ends.add(end);
        }
        taken++;
        return take();
    }

    /** When each line counts as used. */
    List<On> charged() {
        return lines.stream().map(line -> line.on()).toList();
    }

    /** What the response said of their costs. */
    ReportedUnits reported() {
        return reported;
    }

    /** When the windows end of what was taken, of those that have one. */
    List<Instant> ends() {
        return ends;
    }

    @SuppressWarnings("IllegalCatch") // what was taken of others has to come back
    private Future<Quota.Taken> ask(QuotaLine line) {
        try {
            return line.quota().take(call, line.units());
        } catch (RuntimeException | LinkageError e) {
            return Future.failedFuture(e);
        }
    }

    private Decision refused(QuotaLine line, Quota.State state) {
        answered(Outcome.NOT_SENT);
        return line.refuse(call, state, withFields);
    }

    @Override
    public void answered(Outcome outcome) {
        var verdict = LimitSettlement.Verdict.of(outcome);
        for (; taken > 0; taken--) {
            QuotaLine line = lines.get(taken - 1);
            long unused = LimitSettlement.unused(
                    verdict, outcome, line.units(), line.on(), line.amount().atHead(), reports, reported);
            if (unused > 0) {
                giveBack(line, unused);
            }
        }
    }

    @SuppressWarnings("IllegalCatch") // one plugin that throws must not keep what others gave
    private void giveBack(QuotaLine line, long units) {
        try {
            line.quota().giveBack(call, units);
        } catch (RuntimeException | LinkageError e) {
            LOG.error("The limit '{}', which a plugin counts, took nothing back", line.code(), e);
        }
    }
}
