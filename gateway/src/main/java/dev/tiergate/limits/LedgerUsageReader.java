package dev.tiergate.limits;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.LimitUsage;
import dev.tiergate.plugin.UsageReader;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** What plugins see of the counters. Belongs to one event loop. */
public final class LedgerUsageReader implements UsageReader {

    private final UsageLedger ledger;
    private final Quotas quotas;

    /** @param quotas limits that plugins count */
    public LedgerUsageReader(UsageLedger ledger, Quotas quotas) {
        this.ledger = ledger;
        this.quotas = quotas;
    }

    @Override
    public Future<Optional<LimitUsage>> of(Call call, String limitCode) {
        if (quotas.holds(limitCode)) {
            return quotas.read(limitCode, call.entitlements(), call.caller(), call.shadow(), call.now())
                    .map(quota -> Optional.of(told(quota)));
        }
        var limit = call.entitlements().limit(limitCode, call.now());
        return limit.isEmpty()
                ? Future.succeededFuture(Optional.empty())
                : ledger.read(LimitCheck.subject(call), List.of(limit.get()))
                        .map(usages -> usages.stream().findFirst().map(LedgerUsageReader::told));
    }

    private static LimitUsage told(QuotaUsage quota) {
        return new LimitUsage(quota.state().limit(), quota.state().current(), quota.resetsAt());
    }

    private static LimitUsage told(Usage usage) {
        return new LimitUsage(
                usage.limit().value(), usage.current(), usage.resetsAt().orElse(null));
    }
}
