package dev.tiergate;

import dev.tiergate.entitlement.Catalogue;
import dev.tiergate.entitlement.EntitlementService;
import dev.tiergate.routes.Mode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How much the gate may do at most: the weaker of what the environment and the admin API allow. Asked from any thread. */
final class GatingCap {

    private final Mode environment;
    private final @Nullable EntitlementService entitlements;

    /** @param entitlements null where the environment turned gating off */
    GatingCap(Mode environment, @Nullable EntitlementService entitlements) {
        this.environment = environment;
        this.entitlements = entitlements;
    }

    Mode now() {
        return admin().map(environment::cappedBy).orElse(environment);
    }

    Mode environment() {
        return environment;
    }

    /** What the admin API allows; empty until it is known. */
    Optional<Mode> admin() {
        return entitlements == null
                ? Optional.empty()
                : entitlements.cache().catalogue().map(Catalogue::gatingMode);
    }
}
