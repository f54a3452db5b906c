package dev.tiergate;

import dev.tiergate.entitlement.EntitlementService;
import dev.tiergate.routes.CatalogueCodes;
import dev.tiergate.routes.LoadResult;
import dev.tiergate.routes.RoutesLoader;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the catalogue has the codes that routes.yaml names. A wrong one costs its own route only. */
final class RouteCodes {

    private static final Logger LOG = LoggerFactory.getLogger(RouteCodes.class);

    private final @Nullable EntitlementService entitlements;

    /** @param entitlements null while gating is off by the environment, and no catalogue is asked */
    RouteCodes(@Nullable EntitlementService entitlements) {
        this.entitlements = entitlements;
    }

    /** The codes that there are; null before the catalogue is loaded. */
    @Nullable
    CatalogueCodes known() {
        return entitlements == null ? null : entitlements.cache().catalogue().orElse(null);
    }

    /** Logs what is wrong with the file as soon as there is a catalogue. */
    void check(Vertx vertx, RoutesLoader loader, Path routes) {
        var service = entitlements;
        if (service == null) {
            return;
        }
        service.loaded()
                .compose(catalogue -> vertx.executeBlocking(() -> loader.load(routes, known())))
                .onSuccess(result -> {
                    if (result instanceof LoadResult.Rejected rejected) {
                        rejected.problems().forEach(problem -> LOG.error("{}", problem));
                    }
                });
    }

    /** What the routes name and the catalogue does not have; empty where all is well. */
    Optional<String> unknown(RoutesReload reload) {
        var known = known();
        if (known == null) {
            return Optional.empty();
        }
        Set<String> unknown = new TreeSet<>();
        for (var route : reload.current().config().routes()) {
            if (route.feature() != null && !known.features().contains(route.feature())) {
                unknown.add(route.feature());
            }
        }
        return unknown.isEmpty()
                ? Optional.empty()
                : Optional.of("routes name features that the catalogue does not have: " + String.join(", ", unknown));
    }
}
