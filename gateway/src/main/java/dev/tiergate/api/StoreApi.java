package dev.tiergate.api;

import dev.tiergate.api.KnownStores.Asker;
import dev.tiergate.edge.ApiExchange;
import dev.tiergate.edge.UpgradeUrl;
import dev.tiergate.entitlement.StoreEntitlements;
import dev.tiergate.limits.LimitRefusal;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a store may ask about itself. It is told what the gate would say if it were enforced, and beside it, in
 * {@code gating_mode}, whether it is.
 */
final class StoreApi {

    private static final String FEATURES = "/api/v1/store/features";
    private static final String USAGE = "/api/v1/store/usage";

    private static final String CATEGORY = "category";
    private static final String COST = "cost";

    private final KnownStores stores;
    private final StoreUsage usage;

    StoreApi(KnownStores stores, StoreUsage usage) {
        this.stores = stores;
        this.usage = usage;
    }

    List<Operation> operations() {
        return List.of(
                Operation.of("GET", FEATURES + "/available", (exchange, none) -> available(exchange)),
                Operation.of("GET", FEATURES, (exchange, none) -> features(exchange)),
                Operation.of("GET", FEATURES + "/{code}", (exchange, of) -> feature(exchange, of.get(0))),
                Operation.of("GET", FEATURES + "/{code}/check", (exchange, of) -> check(exchange, of.get(0))),
                Operation.of("GET", USAGE, (exchange, none) -> summary(exchange)),
                Operation.of("GET", USAGE + "/check/{limit_type}", (exchange, of) -> room(exchange, of.get(0))),
                Operation.of("GET", USAGE + "/upgrade-info", (exchange, none) -> upgradeInfo(exchange)));
    }

    private void available(ApiExchange exchange) {
        identify(exchange, asker -> tagged(exchange, FeatureViews.available(asker, exchange.now())));
    }

    private void features(ApiExchange exchange) {
        var query = Query.of(exchange.query());
        if (!query.isClearAbout(CATEGORY)) {
            refuse(exchange, Refuse.of(Reason.BAD_REQUEST, "The query names 'category' twice, or is badly encoded"));
            return;
        }
        var category = query.text(CATEGORY).orElse(null);
        identify(exchange, asker -> tagged(exchange, FeatureViews.all(asker, category, exchange.now())));
    }

    private void feature(ApiExchange exchange, String code) {
        identify(
                exchange,
                asker -> asker.entitlements()
                        .catalogue()
                        .feature(code)
                        .ifPresentOrElse(
                                known -> tagged(exchange, FeatureViews.one(asker, known, exchange.now())),
                                () -> noSuchFeature(exchange)));
    }

    private void check(ApiExchange exchange, String code) {
        identify(exchange, asker -> {
            if (asker.entitlements().feature(code).isEmpty()) {
                noSuchFeature(exchange);
                return;
            }
            send(exchange, FeatureViews.check(asker, code, upgradeUrl(exchange, asker), exchange.now()));
        });
    }

    private void summary(ApiExchange exchange) {
        identify(
                exchange,
                asker -> readAll(exchange, asker, all -> {
                    var offer = UpgradeOffer.of(asker.entitlements(), all, exchange.now());
                    usage.quotas(asker.caller(), asker.entitlements(), exchange.now())
                            .onSuccess(quotas -> send(
                                    exchange,
                                    UsageViews.summary(asker.entitlements(), all, quotas, offer.orElse(null))));
                }));
    }

    private void upgradeInfo(ApiExchange exchange) {
        identify(
                exchange,
                asker -> readAll(exchange, asker, all -> {
                    var offer = UpgradeOffer.of(asker.entitlements(), all, exchange.now());
                    send(
                            exchange,
                            UsageViews.upgradeInfo(
                                    asker.entitlements(), offer.orElse(null), upgradeUrl(exchange, asker)));
                }));
    }

    private void room(ApiExchange exchange, String limitCode) {
        var cost = Query.of(exchange.query()).units(COST);
        if (cost.isEmpty()) {
            refuse(
                    exchange,
                    Refuse.of(Reason.BAD_REQUEST, "'cost' has to be one whole number from 1 to " + Query.MOST_UNITS));
            return;
        }
        if (usage.isQuota(limitCode)) {
            identify(exchange, asker -> quota(exchange, asker, limitCode, cost.getAsLong()));
            return;
        }
        identify(exchange, asker -> {
            var limit = limit(asker.entitlements(), limitCode, exchange);
            if (limit.isEmpty()) {
                refuse(exchange, Refuse.of(Reason.NO_SUCH_LIMIT, "There is no such limit in the store's plan"));
            } else if (limit.get().scope() == Limit.Scope.USER && asker.caller().user() == null) {
                refuse(exchange, LimitRefusal.noUser());
            } else {
                read(exchange, asker, limit.get(), cost.getAsLong());
            }
        });
    }

    private void quota(ApiExchange exchange, Asker asker, String code, long cost) {
        usage.quota(code, asker.caller(), asker.entitlements(), exchange.now())
                .onSuccess(view -> send(exchange, view.check(cost)))
                .onFailure(failure -> refuse(exchange, StoreUsage.refusal(failure)));
    }

    private void read(ApiExchange exchange, Asker asker, Limit limit, long cost) {
        usage.of(asker.caller(), asker.entitlements(), List.of(limit))
                .map(views -> UsageViews.check(asker, views.get(0), cost, exchange.now()))
                .onSuccess(members -> send(exchange, members))
                .onFailure(failure -> refuse(exchange, StoreUsage.refusal(failure)));
    }

    /** As it binds the store; unlimited where its tier does not limit it. Those of another plan are not the store's. */
    private static Optional<Limit> limit(StoreEntitlements entitlements, String code, ApiExchange exchange) {
        var plan = entitlements.store().plan();
        return entitlements
                .catalogue()
                .limit(code)
                .filter(limit -> limit.featureCode().isEmpty()
                        || entitlements
                                .catalogue()
                                .feature(limit.featureCode())
                                .filter(feature -> feature.plan().equals(plan))
                                .isPresent())
                .map(unbound -> entitlements.limit(code, exchange.now()).orElse(unbound));
    }

    private void readAll(ApiExchange exchange, Asker asker, Consumer<List<UsageView>> then) {
        usage.all(asker.caller(), asker.entitlements(), exchange.now())
                .onSuccess(then::accept)
                .onFailure(failure -> refuse(exchange, StoreUsage.refusal(failure)));
    }

    private void identify(ApiExchange exchange, Consumer<Asker> then) {
        stores.identify(exchange, exchange.config().gating().denials(), then);
    }

    private static void noSuchFeature(ApiExchange exchange) {
        refuse(exchange, Refuse.of(Reason.NO_SUCH_FEATURE, "There is no such feature in the catalogue"));
    }

    private static void refuse(ApiExchange exchange, Refuse refuse) {
        exchange.refuse(refuse, exchange.config().gating().denials());
    }

    private static void send(ApiExchange exchange, Members members) {
        members.with("gating_mode", Answers.mode(exchange));
        Answers.send(exchange, members, Map.of());
    }

    private static void tagged(ApiExchange exchange, Members members) {
        members.with("gating_mode", Answers.mode(exchange));
        Answers.sendTagged(exchange, members);
    }

    private static @Nullable String upgradeUrl(ApiExchange exchange, Asker asker) {
        return UpgradeUrl.fill(
                exchange.config().gating().upgradeUrl(),
                asker.entitlements().store().code());
    }
}
