package dev.tiergate.routes;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A routes.yaml that was found good: immutable, whole, replaced whole.
 *
 * @param hash SHA-256 of the file, lower-case hex, the first 16 digits
 * @param auth null when no route needs a token
 * @param admin how tokens of the admin API are verified; null when there is no such API
 * @param trustedProxies those whose forwarding headers are believed
 * @param clientIpHeader the header in which a trusted proxy names the client; null for X-Forwarded-For
 * @param targets where the gateway may send requests of its own accord: upstreams, a JWKS, event sinks
 * @param strip header names, lower case, that never reach an upstream, besides the built-in ones
 * @param quotas limits that plugins count, by code
 * @param events where events go
 * @param table routes by what they match
 */
public record GatewayConfig(
        String hash,
        Map<String, UpstreamConfig> upstreams,
        @Nullable AuthConfig auth,
        @Nullable AuthConfig admin,
        GatingConfig gating,
        @Nullable CorsConfig cors,
        List<Cidr> trustedProxies,
        @Nullable String clientIpHeader,
        TargetRule targets,
        Set<String> strip,
        BodyConfig body,
        LimitsConfig limits,
        ApisConfig apis,
        Map<String, QuotaUse> quotas,
        EventsConfig events,
        List<Route> routes,
        RouteTable table) {

    public GatewayConfig {
        upstreams = Map.copyOf(upstreams);
        trustedProxies = List.copyOf(trustedProxies);
        strip = Set.copyOf(strip);
        quotas = Map.copyOf(quotas);
        routes = List.copyOf(routes);
        for (Route route : routes) {
            require(upstreams.containsKey(route.upstream()), "a route goes to an upstream that there is not");
            require(auth != null || route.publicRoute(), "a route needs a token, and there is no auth");
        }
    }

    /**
     * Bounds on bodies in bytes.
     *
     * @param max what a request may carry at all; 0 for no bound
     * @param inspect how much a gate may hold in memory to read it
     */
    public record BodyConfig(long max, int inspect) {

        /** Bodies are read on the event loop, and held by every request in flight. */
        static final int MAX_INSPECT = 64 << 20;

        public BodyConfig {
            require(max >= 0, "a bound on bodies is not negative");
            require(inspect > 0 && inspect <= MAX_INSPECT, "inspect is from 1B to 64MiB");
        }

        public static final BodyConfig DEFAULT = new BodyConfig(0, 1 << 20);
    }

    /** The mode of a route before the caps of the environment and the admin API. */
    public Mode mode(Route route) {
        var mode = Optional.ofNullable(route.mode()).orElse(gating.mode());
        return route.rollout().percent() == 0 ? mode.cappedBy(Mode.SHADOW) : mode;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
