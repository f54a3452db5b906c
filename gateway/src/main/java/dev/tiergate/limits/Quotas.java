package dev.tiergate.limits;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Caller;
import dev.tiergate.plugin.Entitlements;
import dev.tiergate.plugin.Quota;
import dev.tiergate.routes.QuotaUse;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The limits that plugins count, as one event loop has them by one routes.yaml. Each is made when it is first asked.
 */
public final class Quotas implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Quotas.class);

    public static final Quotas NONE = new Quotas(Map.of(), use -> use.quota());

    private final Map<String, QuotaUse> uses;
    private final Function<QuotaUse, Quota> make;
    private final Map<String, Quota> made = new HashMap<>();
    private int reading;
    private boolean retired;

    private Quotas(Map<String, QuotaUse> uses, Function<QuotaUse, Quota> make) {
        this.uses = uses;
        this.make = make;
    }

    /** @param make one of them, for the present event loop; what is {@link AutoCloseable} is closed */
    public static Quotas of(Map<String, QuotaUse> uses, Function<QuotaUse, Quota> make) {
        return new Quotas(new TreeMap<>(uses), make);
    }

    public boolean holds(String code) {
        return uses.containsKey(code);
    }

    private Quota quota(QuotaUse use) {
        return made.computeIfAbsent(use.code(), first -> make.apply(use));
    }

    /** What a request takes from them; nothing of what costs it nothing. */
    List<QuotaLine> lines(Call call, List<Price> prices) {
        List<QuotaLine> lines = new ArrayList<>(prices.size());
        for (Price price : prices) {
            var use = uses.get(price.limit());
            var amount = price.amount(call);
            if (use != null && amount.units() > 0) {
                lines.add(new QuotaLine(use.code(), use.factory().name(), quota(use), price.on(), amount));
            }
        }
        return lines;
    }

    /** All of them by code, as they stand for a caller; without those that cannot be read now. Never fails. */
    public Future<List<QuotaUsage>> read(Entitlements entitlements, Caller caller, boolean shadow, Instant now) {
        Future<List<QuotaUsage>> read = Future.succeededFuture(new ArrayList<>());
        for (String code : uses.keySet()) {
            read = read.compose(before -> read(code, entitlements, caller, shadow, now)
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
    public Future<QuotaUsage> read(String code, Entitlements entitlements, Caller caller, boolean shadow, Instant now) {
        var use = uses.get(code);
        if (use == null) {
            return Future.failedFuture("There is no limit '" + code + "' that a plugin counts");
        }
        reading++;
        Future<Quota.State> state;
        try {
            state = quota(use).read(entitlements, caller, shadow, now);
        } catch (RuntimeException | LinkageError e) {
            state = Future.failedFuture(e);
        }
        return state.onComplete(known -> {
                    reading--;
                    closeUnused();
                })
                .map(known -> new QuotaUsage(code, use.factory().name(), known, now))
                .onFailure(fault -> LOG.debug("The limit '{}' was not read: {}", code, fault.getMessage()));
    }

    /** No request charges them any more; what they hold is given back once nobody reads them. */
    @Override
    public void close() {
        retired = true;
        closeUnused();
    }

    @SuppressWarnings("IllegalCatch") // the others are to be closed all the same
    private void closeUnused() {
        if (!retired || reading > 0) {
            return;
        }
        made.forEach((code, quota) -> {
            if (quota instanceof AutoCloseable owner) {
                try {
                    owner.close();
                } catch (Exception e) {
                    LOG.error("The limit '{}', which a plugin counts, could not be closed", code, e);
                }
            }
        });
        made.clear();
    }
}
