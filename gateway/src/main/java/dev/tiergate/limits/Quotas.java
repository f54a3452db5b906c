package dev.tiergate.limits;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Caller;
import dev.tiergate.plugin.Entitlements;
import dev.tiergate.plugin.Quota;
import dev.tiergate.routes.QuotaUse;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The limits that plugins count, as one event loop has them. */
public final class Quotas {

    private static final Logger LOG = LoggerFactory.getLogger(Quotas.class);

    public static final Quotas NONE = new Quotas(Map.of());

    private final Map<String, Kept> byCode;

    private record Kept(String code, String kind, Quota quota) {
        private QuotaUsage usage(Quota.State state, Instant now) {
            return new QuotaUsage(code, kind, state, now);
        }
    }

    private Quotas(Map<String, Kept> byCode) {
        this.byCode = byCode;
    }

    /**
     * Those of the present event loop.
     *
     * @param make one of them
     */
    public static Quotas of(Map<String, QuotaUse> uses, Function<QuotaUse, Quota> make) {
        Map<String, Kept> all = new TreeMap<>();
        uses.forEach((code, use) -> all.put(code, new Kept(code, use.factory().name(), make.apply(use))));
        return all.isEmpty() ? NONE : new Quotas(all);
    }

    public boolean holds(String code) {
        return byCode.containsKey(code);
    }

    /** What a request takes from them; nothing of what costs it nothing. */
    List<QuotaLine> lines(Call call, List<Price> prices) {
        List<QuotaLine> lines = new ArrayList<>(prices.size());
        for (Price price : prices) {
            var kept = byCode.get(price.limit());
            var amount = price.amount(call);
            if (kept != null && amount.units() > 0) {
                lines.add(new QuotaLine(kept.code(), kept.kind(), kept.quota(), price.on(), amount));
            }
        }
        return lines;
    }

    /** All of them by code, as they stand for a caller; without those that cannot be read now. Never fails. */
    public Future<List<QuotaUsage>> read(Entitlements entitlements, Caller caller, Instant now) {
        Future<List<QuotaUsage>> read = Future.succeededFuture(new ArrayList<>());
        for (String code : byCode.keySet()) {
            read = read.compose(before -> read(code, entitlements, caller, now)
                    .map(usage -> {
                        before.add(usage);
                        return before;
                    })
                    .otherwise(before));
        }
        return read;
    }

    /** @return fails where it cannot be read now, and where there is none of that code */
    @SuppressWarnings("IllegalCatch") // a plugin that throws must not cost more than its own part
    public Future<QuotaUsage> read(String code, Entitlements entitlements, Caller caller, Instant now) {
        var kept = byCode.get(code);
        if (kept == null) {
            return Future.failedFuture("There is no limit '" + code + "' that a plugin counts");
        }
        Future<Quota.State> state;
        try {
            state = kept.quota().read(entitlements, caller, now);
        } catch (RuntimeException | LinkageError e) {
            state = Future.failedFuture(e);
        }
        return state.map(known -> kept.usage(known, now))
                .onFailure(fault -> LOG.warn("The limit '{}', which a plugin counts, was not read", code, fault));
    }
}
