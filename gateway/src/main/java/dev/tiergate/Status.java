package dev.tiergate;

import dev.tiergate.api.admin.GatingSources;
import dev.tiergate.edge.Generation;
import dev.tiergate.routes.Mode;
import dev.tiergate.routes.Route;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import java.util.stream.Collectors;

/** What {@code /status} says: which routes.yaml serves, since when, and in which mode, with every source of it. */
final class Status {

    private final GatingCap cap;
    private final Reload reload;

    Status(GatingCap cap, Reload reload) {
        this.cap = cap;
        this.reload = reload;
    }

    JsonObject report() {
        var serving = reload.current();
        var config = serving.config();
        return new JsonObject()
                .put(
                        "routes",
                        new JsonObject()
                                .put("hash", config.hash())
                                .put("since", serving.since().toString())
                                .put("generation", serving.number())
                                .put("count", config.routes().size())
                                .put("last_change_refused", reload.trouble().orElse(null)))
                .put(
                        "gating",
                        new GatingSources(config, cap.environment(), cap.admin().orElse(null)).json());
    }

    /** True when not a single route is gated. */
    static boolean bypassed(GatingCap cap, Generation serving) {
        var modes = serving.config().routes().stream()
                .filter(route -> !route.publicRoute())
                .map(route -> mode(cap, serving, route))
                .collect(Collectors.toSet());
        return modes.equals(Set.of(Mode.OFF));
    }

    private static Mode mode(GatingCap cap, Generation serving, Route route) {
        return serving.config().mode(route).cappedBy(cap.now());
    }
}
