package dev.tiergate.api.admin;

import dev.tiergate.routes.GatewayConfig;
import dev.tiergate.routes.Mode;
import dev.tiergate.routes.Rollout;
import dev.tiergate.routes.Route;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * All that has a say in how much the gate may do; the weakest counts.
 *
 * @param environment the cap of the environment, which is off or none
 * @param admin the cap of the admin API; null while it is not known
 */
public record GatingSources(
        GatewayConfig config, Mode environment, @Nullable Mode admin) {

    /** {@code effective}, then what it comes from. */
    public JsonObject json() {
        return new JsonObject()
                .put("effective", name(capped(config.gating().mode())))
                .put("routes_yaml", name(config.gating().mode()))
                .put("environment", environment == Mode.OFF ? name(environment) : null)
                .put("admin", admin == null ? null : name(admin));
    }

    /** Routes with a mode of their own, or of which a share of the stores is asked; {@code effective} is for those in it. */
    JsonArray routes() {
        var all = new JsonArray();
        config.routes().stream()
                .filter(route -> route.mode() != null || !route.rollout().equals(Rollout.WHOLE))
                .forEach(route -> all.add(json(route)));
        return all;
    }

    private JsonObject json(Route route) {
        return new JsonObject()
                .put("route", route.id())
                .put("mode", route.mode() == null ? null : name(route.mode()))
                .put("rollout", route.rollout().percent())
                .put("effective", name(capped(config.mode(route))));
    }

    private Mode capped(Mode mode) {
        var byEnvironment = mode.cappedBy(environment);
        return admin == null ? byEnvironment : byEnvironment.cappedBy(admin);
    }

    private static String name(Mode mode) {
        return mode.name().toLowerCase(Locale.ROOT);
    }
}
