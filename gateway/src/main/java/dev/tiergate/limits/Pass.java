package dev.tiergate.limits;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Settlement;
import dev.tiergate.routes.Route.Charge.On;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
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

    /** @param reports where the upstream says what the request cost; null where it need not */
    Settlement settlement(
            UsageLedger ledger,
            @Nullable Receipt receipt,
            List<Usage> numbers,
            LimitSettlement.@Nullable Reports reports) {
        var reported = quotas == null ? new ReportedUnits() : quotas.reported();
        Settlement settlement = receipt == null && after == null
                ? Settlement.NONE
                : new LimitSettlement(ledger, receipt, after, reports, reported);
        return hold == KeyHold.NONE
                ? settlement
                : settlement.and(new KeySettlement(hold, charged(), after != null, reported, firstEnd(numbers)));
    }

    private List<On> charged() {
        Stream<On> counted =
                request.lines().stream().filter(line -> !line.slots()).map(ChargeRequest.Line::on);
        return Stream.concat(counted, quotas == null ? Stream.empty() : quotas.charged().stream())
                .toList();
    }

    private @Nullable Instant firstEnd(List<Usage> numbers) {
        Stream<Instant> counted = numbers.stream().flatMap(usage -> usage.resetsAt().stream());
        return Stream.concat(counted, quotas == null ? Stream.empty() : quotas.ends().stream())
                .min(Comparator.naturalOrder())
                .orElse(null);
    }
}
