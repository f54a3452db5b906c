package dev.tiergate.api;

import dev.tiergate.api.KnownStores.Asker;
import dev.tiergate.api.admin.FeatureRoles;
import dev.tiergate.api.admin.FeatureRoles.Kept;
import dev.tiergate.api.admin.FeatureRoles.Wish;
import dev.tiergate.api.admin.RefusedException;
import dev.tiergate.edge.ApiExchange;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** How a store keeps a feature for some of its people's roles, for those of them who manage it. */
final class RolesApi {

    private static final String PATH = "/api/v1/store/features/{code}/roles";
    private static final String IF_MATCH = "If-Match";

    private final StoreManagers managers;
    private final FeatureRoles roles;

    RolesApi(KnownStores stores, FeatureRoles roles) {
        this.managers = new StoreManagers(stores);
        this.roles = roles;
    }

    List<Operation> operations() {
        return List.of(
                Operation.of("GET", PATH, (exchange, of) -> get(exchange, of.get(0))),
                Operation.of("PUT", PATH, (exchange, of) -> put(exchange, of.get(0))),
                Operation.of("DELETE", PATH, (exchange, of) -> delete(exchange, of.get(0))));
    }

    private void get(ApiExchange exchange, String code) {
        managers.identify(
                exchange,
                asker -> answer(exchange, code, roles.find(asker.caller().store(), code)));
    }

    private void put(ApiExchange exchange, String code) {
        if (!json(exchange)) {
            StoreManagers.refuse(
                    exchange, Refuse.of(Reason.UNSUPPORTED_ENCODING, "The body is to be application/json"));
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
        var conditions = exchange.request().headers().getAll(IF_MATCH);
        return new Wish(
                asker.caller().store(),
                code,
                StoreManagers.name(asker.caller()),
                exchange.requestId(),
                tag -> Answers.names(conditions, tag));
    }

    private void writer(ApiExchange exchange, Consumer<Asker> then) {
        managers.identify(exchange, asker -> {
            if (exchange.request().headers().contains(IF_MATCH)) {
                then.accept(asker);
            } else {
                StoreManagers.say(
                        exchange,
                        428,
                        "if_match_required",
                        "If-Match is to carry the ETag of what you read before you changed it");
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
                .onFailure(fault -> StoreManagers.refused(exchange, (RefusedException) fault));
    }

    private static Map<String, String> with(String name, String value) {
        var all = new LinkedHashMap<>(StoreManagers.JSON);
        all.put(name, value);
        return all;
    }
}
