package dev.tiergate.api;

import dev.tiergate.entitlement.Catalogue.Feature;
import dev.tiergate.entitlement.StoreEntitlements;
import dev.tiergate.limits.LimitRefusal;
import dev.tiergate.limits.Names;
import dev.tiergate.plugin.Limit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The tier that a store would do well to change to: the cheapest on offer in which the limits that it has nearly used up
 * are raised; where none is nearly used up, the cheapest in which anything is gained.
 *
 * @param to the same store in that tier
 * @param unlocks what it may not use now, and might there
 * @param reasons why now, in sentences; empty where no limit presses
 */
record UpgradeOffer(
        StoreEntitlements from, StoreEntitlements to, List<Feature> unlocks, List<Raise> raises, List<String> reasons) {

    /** @param to {@link Limit#UNLIMITED} also where the tier does not limit it */
    record Raise(Limit from, long to) {}

    /**
     * Empty where there is nothing to gain: in the highest tier, and while the subscription is not active.
     *
     * @param usage of all limits that bind the store
     */
    static Optional<UpgradeOffer> of(StoreEntitlements from, List<UsageView> usage, Instant now) {
        var above = from.active() ? from.above() : List.<StoreEntitlements>of();
        var pressing = usage.stream()
                .filter(UsageView::approaching)
                .filter(view -> above.stream().anyMatch(to -> relieves(to, view, now)))
                .toList();
        UpgradeOffer some = null;
        for (var to : above) {
            var offer = offer(from, to, pressing, now);
            if (pressing.isEmpty() ? offer.gains() : offer.reasons().size() == pressing.size()) {
                return Optional.of(offer);
            }
            some = some == null && !offer.reasons().isEmpty() ? offer : some;
        }
        return Optional.ofNullable(some);
    }

    private static UpgradeOffer offer(
            StoreEntitlements from, StoreEntitlements to, List<UsageView> pressing, Instant now) {
        return new UpgradeOffer(
                from,
                to,
                unlocks(from, to, now),
                raises(from, to, now),
                pressing.stream()
                        .filter(view -> relieves(to, view, now))
                        .map(view -> reason(view, to, now))
                        .toList());
    }

    private boolean gains() {
        return !unlocks.isEmpty() || !raises.isEmpty();
    }

    private static List<Feature> unlocks(StoreEntitlements from, StoreEntitlements to, Instant now) {
        return from.catalogue().featuresOf(from.store().plan()).stream()
                .filter(feature -> !allowed(from, feature, now) && allowed(to, feature, now))
                .toList();
    }

    private static boolean allowed(StoreEntitlements store, Feature feature, Instant now) {
        return store.availability(feature.ref().code(), now).available();
    }

    private static List<Raise> raises(StoreEntitlements from, StoreEntitlements to, Instant now) {
        var raises = new ArrayList<Raise>();
        for (var limit : from.limits(now)) {
            var there = value(to, limit, now);
            if (raised(limit, there)) {
                raises.add(new Raise(limit, there));
            }
        }
        return List.copyOf(raises);
    }

    private static boolean relieves(StoreEntitlements to, UsageView view, Instant now) {
        var there = value(to, view.limit(), now);
        return raised(view.limit().withValue(view.usage().tierValue()), there)
                && (there == Limit.UNLIMITED || there >= view.usage().tierValueFor(1));
    }

    private static boolean raised(Limit limit, long there) {
        return !limit.unlimited() && (there == Limit.UNLIMITED || there > limit.value());
    }

    private static long value(StoreEntitlements store, Limit limit, Instant now) {
        return store.limit(limit.code(), now).map(Limit::value).orElse(Limit.UNLIMITED);
    }

    private static String reason(UsageView view, StoreEntitlements to, Instant now) {
        var there = value(to, view.limit(), now);
        return (view.reached() ? LimitRefusal.sentence(view.usage(), 1) : view.warning()) + "; "
                + to.tier().name()
                + (there == Limit.UNLIMITED
                        ? " has no bound"
                        : " has " + there + Names.per(view.limit().window()));
    }

    /** Cents a month more than now; null where either tier names no price. */
    @Nullable
    Long priceIncreaseCents() {
        var now = from.subscription().monthlyCents();
        var then = to.subscription().monthlyCents();
        return now == null || then == null ? null : then - now;
    }
}
