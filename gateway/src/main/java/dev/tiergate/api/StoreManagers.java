package dev.tiergate.api;

import dev.tiergate.api.KnownStores.Asker;
import dev.tiergate.api.admin.RefusedException;
import dev.tiergate.edge.ApiExchange;
import dev.tiergate.plugin.Caller;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Those of a store's people who may set how it uses its features, and how they are answered. */
final class StoreManagers {

    static final Map<String, String> JSON =
            Map.of("Content-Type", "application/json", "Cache-Control", "no-store", "Vary", "Authorization, Cookie");

    private final KnownStores stores;

    StoreManagers(KnownStores stores) {
        this.stores = stores;
    }

    /** Goes on for a caller with one of the roles of {@code apis.managers}; refuses others. */
    void identify(ApiExchange exchange, Consumer<Asker> then) {
        stores.identify(exchange, exchange.config().gating().denials(), asker -> {
            var managers = exchange.config().apis().managers();
            if (Collections.disjoint(asker.caller().roles(), managers)) {
                refuse(
                        exchange,
                        Refuse.of(
                                Reason.ROLE_MISSING,
                                "This needs one of these roles of the store: "
                                        + String.join(", ", new TreeSet<>(managers))));
            } else {
                then.accept(asker);
            }
        });
    }

    /** The caller as the audit log has them. */
    static String name(Caller caller) {
        return caller.user() == null ? caller.store() : caller.store() + "/" + caller.user();
    }

    static void refused(ApiExchange exchange, RefusedException fault) {
        var detail = String.valueOf(fault.getMessage());
        switch (fault.status()) {
            case 400 -> refuse(exchange, Refuse.of(Reason.BAD_REQUEST, detail));
            case 404 -> refuse(exchange, Refuse.of(Reason.NO_SUCH_FEATURE, "The store's plan has no such feature"));
            case 408 -> refuse(exchange, Refuse.of(Reason.REQUEST_TIMEOUT, detail));
            case 412 -> say(exchange, 412, fault.reason(), detail);
            case 413 -> refuse(exchange, Refuse.of(Reason.BODY_TOO_LARGE, detail));
            default ->
                refuse(
                        exchange,
                        Refuse.of(Reason.ENTITLEMENTS_UNAVAILABLE, detail).withHeader("Retry-After", "2"));
        }
    }

    /** What no gate ever answers has one shape. */
    static void say(ApiExchange exchange, int status, String reason, String detail) {
        exchange.answer(
                status,
                JSON,
                new JsonObject()
                        .put("detail", detail)
                        .put("reason", reason)
                        .put("request_id", exchange.requestId())
                        .toBuffer());
    }

    static void refuse(ApiExchange exchange, Refuse refuse) {
        exchange.refuse(refuse, exchange.config().gating().denials());
    }
}
