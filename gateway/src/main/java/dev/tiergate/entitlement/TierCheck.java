package dev.tiergate.entitlement;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Entitlements.Upgrade;
import dev.tiergate.plugin.Need;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.routes.Route;
import io.vertx.core.Future;
import java.util.Optional;

/** The route's minimum tier. Overrides do not speak here. */
public final class TierCheck implements Check {

    private static final Future<Decision> ALLOWED = Future.succeededFuture(Allow.plain());

    private final String minimumTier;
    private final Need need;

    /** @throws IllegalArgumentException when the route asks for no tier */
    public TierCheck(Route route) {
        if (route.minimumTier() == null) {
            throw new IllegalArgumentException("The route " + route.id() + " asks for no tier");
        }
        this.minimumTier = route.minimumTier();
        this.need = UpgradeWording.of(route);
    }

    @Override
    public Future<Decision> ask(Call call) {
        return call.entitlements().holdsTier(minimumTier) ? ALLOWED : Future.succeededFuture(refusal(call));
    }

    @Override
    public Optional<Check> again() {
        return Optional.of(this);
    }

    private Decision refusal(Call call) {
        var upgrade = call.entitlements().upgrade(need, call.now());
        return Refuse.of(Reason.TIER_TOO_LOW, "This route " + UpgradeWording.requires(upgrade))
                .withRequiredTier(upgrade.map(Upgrade::tier).orElse(null));
    }
}
