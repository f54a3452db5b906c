package dev.tiergate.plugin;

import io.vertx.core.Future;
import java.util.Optional;

/** How much a store, or its user, has used of its limits, read from the counters that the gate charges. */
@FunctionalInterface
public interface UsageReader {

    /**
     * Reads, never charges: what this request takes itself is not in it yet. Each call asks Redis, on the event loop of the
     * check; what another node took may show a second later. A request of a route in shadow mode sees what is charged in
     * shadow mode.
     *
     * @param call that the check was asked about
     * @param limitCode of a limit of the catalogue, or under {@code quotas} in routes.yaml
     * @return empty where the store is not limited by it, and where it counts users and the token names none. Fails while the
     *     counters cannot be had; a check that hands the failure on leaves it to {@code on-failure}
     */
    Future<Optional<LimitUsage>> of(Call call, String limitCode);
}
