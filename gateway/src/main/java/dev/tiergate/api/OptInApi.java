package dev.tiergate.api;

import dev.tiergate.api.KnownStores.Asker;
import dev.tiergate.api.admin.OptIns;
import dev.tiergate.api.admin.OptIns.Wish;
import dev.tiergate.api.admin.RefusedException;
import dev.tiergate.edge.ApiExchange;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** How a store asks to try a feature and leaves it again, for those of its people who manage it. */
final class OptInApi {

    private static final String PATH = "/api/v1/store/features/{code}/opt-in";

    private final StoreManagers managers;
    private final OptIns optIns;

    OptInApi(KnownStores stores, OptIns optIns) {
        this.managers = new StoreManagers(stores);
        this.optIns = optIns;
    }

    List<Operation> operations() {
        return List.of(
                Operation.of("GET", PATH, (exchange, of) -> get(exchange, of.get(0))),
                Operation.of("PUT", PATH, (exchange, of) -> put(exchange, of.get(0))),
                Operation.of("DELETE", PATH, (exchange, of) -> delete(exchange, of.get(0))));
    }

    private void get(ApiExchange exchange, String code) {
        managers.identify(
                exchange, asker -> answer(exchange, optIns.find(asker.caller().store(), code)));
    }

    private void put(ApiExchange exchange, String code) {
        managers.identify(exchange, asker -> answer(exchange, optIns.enter(wish(exchange, asker, code))));
    }

    private void delete(ApiExchange exchange, String code) {
        managers.identify(exchange, asker -> answer(exchange, optIns.leave(wish(exchange, asker, code))));
    }

    private static Wish wish(ApiExchange exchange, Asker asker, String code) {
        return new Wish(asker.caller().store(), code, StoreManagers.name(asker.caller()), exchange.requestId());
    }

    private static void answer(ApiExchange exchange, Future<JsonObject> now) {
        now.onSuccess(how -> exchange.answer(200, StoreManagers.JSON, how.toBuffer()))
                .onFailure(fault -> StoreManagers.refused(exchange, (RefusedException) fault));
    }
}
