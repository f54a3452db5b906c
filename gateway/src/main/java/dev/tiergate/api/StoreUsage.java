package dev.tiergate.api;

import dev.tiergate.entitlement.StoreEntitlements;
import dev.tiergate.limits.LedgerUnavailableException;
import dev.tiergate.limits.LimitRefusal;
import dev.tiergate.limits.Quotas;
import dev.tiergate.limits.Subject;
import dev.tiergate.limits.UsageLedger;
import dev.tiergate.plugin.Caller;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Refuse;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much of its limits a store has used, from the counters that the gate charges; reading never charges. Belongs to one
 * event loop.
 */
public final class StoreUsage {

    private static final Logger LOG = LoggerFactory.getLogger(StoreUsage.class);

    private final UsageLedger ledger;
    private final Quotas quotas;
    private final double share;

    /**
     * @param quotas limits that plugins count
     * @param share of a limit, above 0 and up to 1, from which on its use counts as approaching
     */
    public StoreUsage(UsageLedger ledger, Quotas quotas, double share) {
        this.ledger = ledger;
        this.quotas = quotas;
        this.share = share;
    }

    /** Every limit that binds the store, by code; those of user scope are the caller's own. */
    public Future<List<UsageView>> all(Caller caller, StoreEntitlements entitlements, Instant now) {
        return of(caller, entitlements, entitlements.limits(now));
    }

    /**
     * In one read of one moment.
     *
     * @return in the order of the limits, without those of user scope where the token names no user; a failure is one of
     *     the counters', see {@link #refusal}
     */
    public Future<List<UsageView>> of(Caller caller, StoreEntitlements entitlements, List<Limit> limits) {
        return ledger.read(new Subject(entitlements.store(), caller.user(), false), limits)
                .map(usages -> usages.stream()
                        .map(usage -> new UsageView(usage, share))
                        .toList());
    }

    /** True for a limit that a plugin counts. */
    boolean isQuota(String code) {
        return quotas.holds(code);
    }

    /** The limits that plugins count, by code; without those that cannot be read now. */
    Future<List<QuotaView>> quotas(Caller caller, StoreEntitlements entitlements, Instant now) {
        return quotas.read(entitlements, caller, false, now)
                .map(all -> all.stream().map(each -> new QuotaView(each, share)).toList());
    }

    /** @return a failure is one of the counters', see {@link #refusal} */
    Future<QuotaView> quota(String code, Caller caller, StoreEntitlements entitlements, Instant now) {
        return quotas.read(code, entitlements, caller, false, now).map(each -> new QuotaView(each, share));
    }

    /** What to answer while the counters cannot be had. */
    public static Refuse unavailable() {
        return LimitRefusal.unavailable();
    }

    /** What to answer where a read failed: 503, never a verdict on the store. */
    public static Refuse refusal(Throwable failure) {
        if (!(failure instanceof LedgerUnavailableException)) {
            LOG.error("The usage counters could not be read", failure);
        }
        return unavailable();
    }
}
