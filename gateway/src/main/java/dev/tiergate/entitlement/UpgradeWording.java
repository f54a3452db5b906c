package dev.tiergate.entitlement;

import dev.tiergate.plugin.Entitlements.Upgrade;
import dev.tiergate.plugin.Need;
import dev.tiergate.routes.Route;
import dev.tiergate.routes.Route.Charge;
import java.util.Optional;

/** What a route asks of a tier, and how a refusal says it. */
final class UpgradeWording {

    private UpgradeWording() {}

    /** All that the route itself asks; a model, and what a plugin makes a request cost, differ from request to request. */
    static Need of(Route route) {
        var need = Need.feature(route.feature(), route.minimumTier());
        if (route.model() != null) {
            need = need.withModelGroup(route.model().group());
        }
        for (var charge : route.charges()) {
            if (route.checkLimits() && charge.cost() > 0) {
                return need.withLimit(charge.limit(), charge.told() instanceof Charge.By ? 1 : charge.cost());
            }
        }
        return need;
    }

    /** After what it is that requires it. */
    static String requires(Optional<Upgrade> upgrade) {
        return upgrade.map(to -> "requires " + to.tier().name() + " tier" + (to.orHigher() ? " or higher" : ""))
                .orElse("is not available in any tier on offer");
    }
}
