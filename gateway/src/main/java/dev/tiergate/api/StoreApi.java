package dev.tiergate.api;

import dev.tiergate.edge.ApiExchange;
import dev.tiergate.entitlement.Catalogue.Feature;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/** What a store may ask about itself. */
final class StoreApi {

    private static final Map<String, String> JSON =
            Map.of("Content-Type", "application/json", "Cache-Control", "no-store");

    private final KnownStores stores;
    private final StoreUsage usage;

    StoreApi(KnownStores stores, StoreUsage usage) {
        this.stores = stores;
        this.usage = usage;
    }

    List<Operation> operations() {
        return List.of(
                Operation.of("GET", "/api/v1/store/features/available", (exchange, none) -> available(exchange)),
                Operation.of("GET", "/api/v1/store/usage", (exchange, none) -> usage(exchange)));
    }

    private void usage(ApiExchange exchange) {
        var denials = exchange.config().gating().denials();
        stores.identify(
                exchange,
                denials,
                asker -> usage.all(asker.caller(), asker.entitlements(), exchange.now())
                        .onSuccess(all -> exchange.answer(
                                200,
                                JSON,
                                new JsonObject()
                                        .put(
                                                "usage",
                                                all.stream()
                                                        .map(UsageView::members)
                                                        .toList())
                                        .toBuffer()))
                        .onFailure(failure -> exchange.refuse(StoreUsage.refusal(failure), denials)));
    }

    private void available(ApiExchange exchange) {
        stores.identify(exchange, exchange.config().gating().denials(), asker -> {
            var entitlements = asker.entitlements();
            var codes = new JsonArray();
            for (Feature feature :
                    entitlements.catalogue().featuresOf(entitlements.store().plan())) {
                var code = feature.ref().code();
                if (entitlements.active()
                        && entitlements.availability(code, exchange.now()).available()) {
                    codes.add(code);
                }
            }
            exchange.answer(
                    200,
                    JSON,
                    new JsonObject()
                            .put("tier_code", entitlements.tier().code())
                            .put("tier_name", entitlements.tier().name())
                            .put("features", codes)
                            .toBuffer());
        });
    }
}
