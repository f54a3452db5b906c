package dev.tiergate;

import dev.tiergate.routes.GatewayConfig;
import dev.tiergate.routes.Mode;
import dev.tiergate.routes.Route;
import dev.tiergate.routes.Route.PluginUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What {@link Gateway#chain} puts together, and what is asked before it, in words. */
final class ChainText {

    private ChainText() {}

    static String route(Route route, GatewayConfig config) {
        return route.id()
                + (route.host() == null ? "" : " on " + route.host())
                + " to "
                + route.upstream()
                + ", "
                + (route.publicRoute() ? "public" : word(config.mode(route)));
    }

    /** A line a check, numbered in the order in which they are asked; none where nothing is. */
    static List<String> chain(Route route, GatewayConfig config) {
        var lines = new ArrayList<String>();
        for (var step : steps(route, config)) {
            lines.add("%4d  %s".formatted(lines.size() + 1, step));
        }
        return lines;
    }

    private static List<String> steps(Route route, GatewayConfig config) {
        var steps = new ArrayList<String>();
        if (route.publicRoute() || config.mode(route) == Mode.OFF) {
            return steps;
        }
        steps.addAll(List.of("identity", "entitlements", "store active"));
        if (route.minimumTier() != null) {
            steps.add("tier " + route.minimumTier());
        }
        if (route.feature() != null) {
            steps.add("feature " + route.feature());
            steps.add("feature roles");
        }
        if (route.model() != null) {
            steps.add("model");
        }
        route.plugins().forEach(use -> steps.add(plugin(use)));
        if (route.checkLimits()) {
            steps.add(route.idempotencyKey() == null ? "limits" : "limits, under the Idempotency-Key");
        }
        return steps;
    }

    private static String plugin(PluginUse use) {
        return "plugin %-20s %-8s  %-7s  on failure %-6s  within %d ms"
                .formatted(
                        use.name(),
                        word(use.level()),
                        word(use.mode()),
                        word(use.onFailure()),
                        use.deadline().toMillis());
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
