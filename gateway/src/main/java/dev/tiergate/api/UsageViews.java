package dev.tiergate.api;

import dev.tiergate.api.KnownStores.Asker;
import dev.tiergate.entitlement.Catalogue.Feature;
import dev.tiergate.entitlement.Catalogue.Tier;
import dev.tiergate.entitlement.FeatureRefusal;
import dev.tiergate.entitlement.StoreEntitlements;
import dev.tiergate.limits.LimitRefusal;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Need;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.plugin.TierRef;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the store API tells of usage, as members of JSON in their order. */
final class UsageViews {

    private UsageViews() {}

    /**
     * @param usage of all limits that bind the store
     * @param quotas those that plugins count
     */
    static Members summary(
            StoreEntitlements entitlements,
            List<UsageView> usage,
            List<QuotaView> quotas,
            @Nullable UpgradeOffer offer) {
        List<UsageView> all = Stream.concat(usage.stream(), quotas.stream().map(QuotaView::view))
                .toList();
        var tier = new Members()
                .with("code", entitlements.tier().code())
                .with("name", entitlements.tier().name())
                .with("is_highest", entitlements.above().isEmpty());
        return new Members()
                .with("tier", tier)
                .with(
                        "usage",
                        Stream.concat(
                                        usage.stream().map(UsageView::members),
                                        quotas.stream().map(QuotaView::members))
                                .toList())
                .with("has_limits_approaching", all.stream().anyMatch(UsageView::approaching))
                .with("has_limits_reached", all.stream().anyMatch(UsageView::reached))
                .with("upgrade_available", offer != null)
                .with("upgrade_tier", offer == null ? null : upgradeTier(offer))
                .with("upgrade_reasons", offer == null ? List.of() : offer.reasons());
    }

    private static Members upgradeTier(UpgradeOffer offer) {
        return new Members()
                .with("code", offer.to().tier().code())
                .with("name", offer.to().tier().name())
                .with("price_monthly_cents", offer.to().subscription().monthlyCents())
                .with("price_increase_cents", offer.priceIncreaseCents())
                .with(
                        "unlocks",
                        offer.unlocks().stream()
                                .map(feature -> feature.ref().code())
                                .toList());
    }

    /** @param upgradeUrl where the store changes its tier; null where that is not known */
    static Members upgradeInfo(
            StoreEntitlements entitlements, @Nullable UpgradeOffer offer, @Nullable String upgradeUrl) {
        return new Members()
                .with("current_tier", tier(entitlements.subscription()))
                .with("next_tier", offer == null ? null : nextTier(offer))
                .with(
                        "unlocked_features",
                        offer == null
                                ? List.of()
                                : offer.unlocks().stream()
                                        .map(UsageViews::feature)
                                        .toList())
                .with(
                        "raised_limits",
                        offer == null
                                ? List.of()
                                : offer.raises().stream().map(UsageViews::raise).toList())
                .with("recommended", offer != null && !offer.reasons().isEmpty())
                .with("reasons", offer == null ? List.of() : offer.reasons())
                .with("upgrade_url", upgradeUrl);
    }

    private static Members nextTier(UpgradeOffer offer) {
        var members = tier(offer.to().subscription());
        members.with("price_increase_cents", offer.priceIncreaseCents());
        return members;
    }

    private static Members tier(Tier tier) {
        return new Members()
                .with("code", tier.ref().code())
                .with("name", tier.ref().name())
                .with("price_monthly_cents", tier.monthlyCents())
                .with("price_annual_cents", tier.annualCents());
    }

    private static Members feature(Feature feature) {
        return new Members()
                .with("code", feature.ref().code())
                .with("name", feature.ref().name())
                .with("category", feature.category());
    }

    private static Members raise(UpgradeOffer.Raise raise) {
        return new Members()
                .with("limit_type", raise.from().code())
                .with("from", raise.from().value())
                .with("to", raise.to());
    }

    /**
     * Whether the gate would take so many units of a limit from the store now.
     *
     * @param cost units, 1 or more
     */
    static Members check(Asker asker, UsageView view, long cost, Instant now) {
        var limit = view.limit();
        var entitlements = asker.entitlements();
        var refusal = refusal(asker, limit, now);
        var fits = view.usage().hasRoomFor(cost);
        var pressing = refusal != null || !fits || view.approaching();
        var upgrade = entitlements.active() && pressing ? upgrade(entitlements, view, cost, now) : null;
        return new Members()
                .with("limit_type", limit.code())
                .with("can_proceed", refusal == null && fits)
                .with("current", view.usage().current())
                .with("limit", limit.value())
                .with("remaining", view.usage().remaining())
                .with("percentage", view.percentage())
                .with("message", message(refusal, view, cost))
                .with("upgrade_tier_code", upgrade == null ? null : upgrade.code())
                .with("upgrade_tier_name", upgrade == null ? null : upgrade.name());
    }

    private static @Nullable Refuse refusal(Asker asker, Limit limit, Instant now) {
        if (!limit.featureCode().isEmpty()) {
            return asker.answer(limit.featureCode(), now).refusal();
        }
        return asker.entitlements().active() ? null : FeatureRefusal.suspended();
    }

    private static @Nullable String message(@Nullable Refuse refusal, UsageView view, long cost) {
        if (refusal != null) {
            return refusal.detail();
        }
        if (!view.usage().hasRoomFor(cost)) {
            return LimitRefusal.sentence(view.usage(), cost);
        }
        return view.approaching() ? view.warning() : null;
    }

    /** The cheapest tier with room for the cost; where there is room now, the cheapest with a higher limit. */
    private static @Nullable TierRef upgrade(StoreEntitlements entitlements, UsageView view, long cost, Instant now) {
        var limit = view.limit();
        var room = view.usage().tierValueFor(cost);
        var need = Need.feature(limit.featureCode().isEmpty() ? null : limit.featureCode(), null)
                .withLimit(
                        limit.code(),
                        view.approaching() ? Math.max(room, view.usage().tierValue() + 1) : room);
        return entitlements.upgrade(need, now).map(upgrade -> upgrade.tier()).orElse(null);
    }
}
