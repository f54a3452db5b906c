package dev.tiergate.limits;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Settlement;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through the limits.
 *
 * @param after what a success takes off counters; null for nothing
 * @param hold told whether what is charged stays charged
 */
record Pass(Call call, ChargeRequest request, @Nullable ChargeRequest after, KeyHold hold) {

    /** @param reports where the upstream says what the request cost; null where it need not */
    Settlement settlement(
            UsageLedger ledger,
            @Nullable Receipt receipt,
            List<Usage> numbers,
            LimitSettlement.@Nullable Reports reports) {
        Settlement settlement = receipt == null && after == null
                ? Settlement.NONE
                : new LimitSettlement(ledger, receipt, after, reports);
        return hold == KeyHold.NONE
                ? settlement
                : settlement.and(new KeySettlement(hold, request.lines(), after != null, firstEnd(numbers)));
    }

    private static @Nullable Instant firstEnd(List<Usage> numbers) {
        return numbers.stream()
                .flatMap(usage -> usage.resetsAt().stream())
                .min(Comparator.naturalOrder())
                .orElse(null);
    }
}
