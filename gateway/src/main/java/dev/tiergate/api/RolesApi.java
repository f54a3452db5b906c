package dev.tiergate.api;

import dev.tiergate.api.KnownStores.Asker;
import dev.tiergate.api.admin.FeatureRoles;
import dev.tiergate.api.admin.FeatureRoles.Kept;
import dev.tiergate.api.admin.FeatureRoles.RefusedException;
import dev.tiergate.api.admin.FeatureRoles.Wish;
import dev.tiergate.edge.ApiExchange;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;

/** How a store keeps a feature for some of its people's roles, for those of them who manage it. */
final class RolesApi {

    private static final String PATH = "/api/v1/store/features/{code}/roles";
    private static final String IF_MATCH = "If-Match";

    private static final Map<String, String> JSON =
            Map.of("Content-Type", "application/json", "Cache-Control", "no-store", "Vary", "Authorization, Cookie");

    private final KnownStores stores;
    private final FeatureRoles roles;

    RolesApi(KnownStores stores, FeatureRoles roles) {
        this.stores = stores;
        this.roles = roles;
    }

    List<Operation> operations() {
        return List.of(
                Operation.of("GET", PATH, (exchange, of) -> get(exchange, of.get(0))),
                Operation.of("PUT", PATH, (exchange, of) -> put(exchange, of.get(0))),
                Operation.of("DELETE", PATH, (exchange, of) -> delete(exchange, of.get(0))));
    }

    private void get(ApiExchange exchange, String code) {
        manager(
                exchange,
                asker -> answer(exchange, code, roles.find(asker.caller().store(), code)));
    }

    private void put(ApiExchange exchange, String code) {
        if (!json(exchange)) {
            refuse(exchange, Refuse.of(Reason.UNSUPPORTED_ENCODING, "The body is to be application/json"));
            return;
        }
        writer(
                exchange,
                asker -> answer(
                        exchange,
                        code,
                        roles.wanted(exchange.request())
                                .compose(wanted -> roles.keep(wish(exchange, asker, code), wanted))));
    }

    private void delete(ApiExchange exchange, String code) {
        writer(exchange, asker -> answer(exchange, code, roles.open(wish(exchange, asker, code))));
    }

    private static boolean json(ApiExchange exchange) {
        var type = exchange.request().getHeader("Content-Type");
        return type != null && type.split(";", 2)[0].strip().equalsIgnoreCase("application/json");
    }

    private static Wish wish(ApiExchange exchange, Asker asker, String code) {
        var store = asker.caller().store();
        var user = asker.caller().user();
        var conditions = exchange.request().headers().getAll(IF_MATCH);
        return new Wish(
                store,
                code,
                user == null ? store : store + "/" + user,
                exchange.requestId(),
                tag -> Answers.names(conditions, tag));
    }

    private void writer(ApiExchange exchange, Consumer<Asker> then) {
        manager(exchange, asker -> {
            if (exchange.request().headers().contains(IF_MATCH)) {
                then.accept(asker);
            } else {
                say(
                        exchange,
                        428,
                        "if_match_required",
                        "If-Match is to carry the ETag of what you read before you changed it");
            }
        });
    }

    private void manager(ApiExchange exchange, Consumer<Asker> then) {
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

    private static void answer(ApiExchange exchange, String code, Future<Kept> kept) {
        kept.onSuccess(now -> exchange.answer(
                        200,
                        with("ETag", now.tag()),
                        new JsonObject()
                                .put("feature_code", code)
                                .put("roles", new JsonArray(now.roles()))
                                .toBuffer()))
                .onFailure(fault -> refused(exchange, (RefusedException) fault));
    }

    private static void refused(ApiExchange exchange, RefusedException fault) {
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
    private static void say(ApiExchange exchange, int status, String reason, String detail) {
        Buffer body = new JsonObject()
                .put("detail", detail)
                .put("reason", reason)
                .put("request_id", exchange.requestId())
                .toBuffer();
        exchange.answer(status, JSON, body);
    }

    private static Map<String, String> with(String name, String value) {
        var all = new LinkedHashMap<>(JSON);
        all.put(name, value);
        return all;
    }

    private static void refuse(ApiExchange exchange, Refuse refuse) {
        exchange.refuse(refuse, exchange.config().gating().denials());
    }
}
