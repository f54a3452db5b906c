package dev.tiergate.api;

import dev.tiergate.api.KnownStores.Asker;
import dev.tiergate.edge.ApiExchange;
import dev.tiergate.limits.LimitRefusal;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.routes.CanonicalPath;
import dev.tiergate.routes.GatingConfig.Denials;
import dev.tiergate.routes.GatingConfig.Denials.Format;
import java.util.List;
import java.util.Map;

/**
 * What the pages of Phoenix ask, in its shapes and with its refusals. The answers are what the gate would say if it were
 * enforced; {@code X-Tiergate-Mode} says whether it is.
 */
final class UserApi {

    private static final List<String> BASE = List.of("api", "user");
    private static final String MODE = "X-Tiergate-Mode";

    private final KnownStores stores;
    private final StoreUsage usage;

    UserApi(KnownStores stores, StoreUsage usage) {
        this.stores = stores;
        this.usage = usage;
    }

    /** True for the paths of this API, whether or not there is an operation at one. */
    static boolean holds(CanonicalPath path) {
        return path.segments().size() > 1 && path.segments().subList(0, 2).equals(BASE);
    }

    List<Operation> operations() {
        return List.of(
                Operation.of("GET", "/api/user/features", (exchange, none) -> features(exchange)),
                Operation.of("GET", "/api/user/upgrade-suggestions", (exchange, none) -> suggestions(exchange)));
    }

    private void features(ApiExchange exchange) {
        stores.identify(exchange, denials(exchange), asker -> {
            var daily = UserViews.dailyLimits(asker, exchange.now());
            if (asker.caller().user() == null && daily.stream().anyMatch(UserApi::countsUsers)) {
                refuse(exchange, LimitRefusal.noUser());
            } else {
                features(exchange, asker, daily);
            }
        });
    }

    private static boolean countsUsers(Limit limit) {
        return limit.scope() == Limit.Scope.USER;
    }

    private void features(ApiExchange exchange, Asker asker, List<Limit> daily) {
        usage.of(asker.caller(), asker.entitlements(), daily)
                .map(views -> UserViews.features(asker, views, exchange.now()))
                .onSuccess(members -> Answers.send(exchange, members, Map.of(MODE, Answers.mode(exchange))))
                .onFailure(failure -> refuse(exchange, StoreUsage.refusal(failure)));
    }

    private void suggestions(ApiExchange exchange) {
        stores.identify(
                exchange,
                denials(exchange),
                asker -> Answers.send(
                        exchange, UserViews.suggestions(asker, exchange.now()), Map.of(MODE, Answers.mode(exchange))));
    }

    private static void refuse(ApiExchange exchange, Refuse refuse) {
        exchange.refuse(refuse, denials(exchange));
    }

    /** In the dialect of Phoenix, whatever the gateway's own is. */
    static Denials denials(ApiExchange exchange) {
        return new Denials(Format.PHOENIX, exchange.config().gating().denials().html());
    }
}
