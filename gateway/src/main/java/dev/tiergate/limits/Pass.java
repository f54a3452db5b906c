package dev.tiergate.limits;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Settlement;
import dev.tiergate.routes.Route.Charge.On;
import dev.tiergate.telemetry.CostReport;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through the limits.
 *
 * @param after what a success takes off counters; null for nothing
 * @param quotas what was taken before of limits that plugins count; null for nothing
 * @param hold told whether what is charged stays charged
 */
record Pass(
        Call call,
        ChargeRequest request,
        @Nullable ChargeRequest after,
        @Nullable QuotaCharge quotas,
        KeyHold hold) {

    /**
     * @param charged null where nothing was
     * @param fields tell the client what is left; null where it does not hear of it
     * @param reports told what the upstream says of costs
     */
    Settlement settlement(
            UsageLedger ledger,
            ChargeResult.@Nullable Charged charged,
            @Nullable RateLimitFields fields,
            Consumer<CostReport> reports) {
        var reported = quotas == null ? new ReportedUnits() : quotas.reported();
        Settlement settlement = charged == null && after == null
                ? Settlement.NONE
                : new LimitSettlement(ledger, this, charged, fields, reports, reported);
        return hold == KeyHold.NONE
                ? settlement
                : settlement.and(new KeySettlement(hold, charged(), after != null, reported, firstEnd(charged)));
    }

    private List<On> charged() {
        Stream<On> counted =
                request.lines().stream().filter(line -> !line.slots()).map(ChargeRequest.Line::on);
        return Stream.concat(counted, quotas == null ? Stream.empty() : quotas.charged().stream())
                .toList();
    }

    private @Nullable Instant firstEnd(ChargeResult.@Nullable Charged charged) {
        List<Usage> numbers = charged == null ? List.of() : charged.numbers();
        Stream<Instant> counted = numbers.stream().flatMap(usage -> usage.resetsAt().stream());
        return Stream.concat(counted, quotas == null ? Stream.empty() : quotas.ends().stream())
                .min(Comparator.naturalOrder())
                .orElse(null);
    }
}
