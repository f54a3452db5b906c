package dev.tiergate;

import dev.tiergate.edge.Generation;
import dev.tiergate.routes.Mode;
import dev.tiergate.routes.Route;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What {@code /status} says: which routes.yaml serves, since when, and in which mode, with every source of it. */
final class Status {

    private final Settings settings;
    private final Reload reload;

    Status(Settings settings, Reload reload) {
        this.settings = settings;
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
                        new JsonObject()
                                .put("effective", name(config.gating().mode().cappedBy(settings.gatingCap())))
                                .put("routes_yaml", name(config.gating().mode()))
                                .put("environment", settings.gatingOff() ? "off" : null));
    }

    /** True when not a single route is gated. */
    static boolean bypassed(Settings settings, Generation serving) {
        var modes = serving.config().routes().stream()
                .filter(route -> !route.publicRoute())
                .map(route -> mode(settings, serving, route))
                .collect(Collectors.toSet());
        return modes.equals(Set.of(Mode.OFF));
    }

    private static Mode mode(Settings settings, Generation serving, Route route) {
        return serving.config().mode(route).cappedBy(settings.gatingCap());
    }

    private static String name(Mode mode) {
        return mode.name().toLowerCase(Locale.ROOT);
    }
}
