package dev.tiergate;

import dev.tiergate.api.admin.GatingSources;
import dev.tiergate.edge.Generation;
import dev.tiergate.routes.Mode;
import dev.tiergate.routes.Route;
import dev.tiergate.upstream.CircuitReport;
import dev.tiergate.upstream.Conditions;
import dev.tiergate.upstream.UpstreamReport;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What {@code /status} says: which routes.yaml serves, in which mode and by which sources, and how stores and upstreams
 * fare. How well limits are counted and stores are known: {@link Ladder}.
 */
final class Status {

    private final GatingCap cap;
    private final RoutesReload reload;
    private final Ladder ladder;
    private final Conditions conditions;

    Status(GatingCap cap, RoutesReload reload, Ladder ladder, Conditions conditions) {
        this.cap = cap;
        this.reload = reload;
        this.ladder = ladder;
        this.conditions = conditions;
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
                        new GatingSources(config, cap.environment(), cap.admin().orElse(null)).json())
                .put("entitlements", ladder.entitlementsReport())
                .put("limits", ladder.limitsReport())
                .put("upstreams", upstreams());
    }

    private JsonObject upstreams() {
        var all = new JsonObject();
        for (var upstream : conditions.report()) {
            var circuit = upstream.circuit();
            var endpoints = new JsonArray();
            upstream.endpoints().forEach(endpoint -> endpoints.add(endpoint(endpoint)));
            all.put(
                    upstream.name(),
                    new JsonObject()
                            .put("circuit", circuit == null ? null : circuit(circuit))
                            .put("endpoints", endpoints));
        }
        return all;
    }

    private static JsonObject circuit(CircuitReport circuit) {
        return new JsonObject()
                .put("state", circuit.state())
                .put("since", circuit.since().toString())
                .put("reason", circuit.why());
    }

    private static JsonObject endpoint(UpstreamReport.Endpoint endpoint) {
        var since = endpoint.since();
        return new JsonObject()
                .put("url", endpoint.uri().toString())
                .put("health", endpoint.health())
                .put("since", since == null ? null : since.toString())
                .put("reason", endpoint.why());
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
