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
 * @param trustedProxies those whose forwarding headers are believed
 * @param clientIpHeader the header in which a trusted proxy names the client; null for X-Forwarded-For
 * @param strip header names, lower case, that never reach an upstream, besides the built-in ones
 * @param table routes by what they match
 */
public record GatewayConfig(
        String hash,
        Map<String, UpstreamConfig> upstreams,
        @Nullable AuthConfig auth,
        GatingConfig gating,
        @Nullable CorsConfig cors,
        List<Cidr> trustedProxies,
        @Nullable String clientIpHeader,
        Set<String> strip,
        BodyConfig body,
        LimitsConfig limits,
        ApisConfig apis,
        List<Route> routes,
        RouteTable table) {

    /**
     * Bounds on bodies in bytes.
     *
     * @param max what a request may carry at all; 0 for no bound
     * @param inspect how much a gate may hold in memory to read it
     */
    public record BodyConfig(long max, int inspect) {
        public static final BodyConfig DEFAULT = new BodyConfig(0, 1 << 20);
    }

    /**
     * @param headers whether responses carry RateLimit headers
     * @param approaching the share of a limit, 0 to 1, from which on its use counts as approaching
     */
    public record LimitsConfig(boolean headers, double approaching) {
        public static final LimitsConfig DEFAULT = new LimitsConfig(true, 0.8);
    }

    /** Which of the gateway's own API groups the public listener serves. */
    public record ApisConfig(boolean store, boolean user, boolean ofrep) {
        public static final ApisConfig DEFAULT = new ApisConfig(true, true, true);
    }

    /** The mode of a route before the caps of the environment and the admin API. */
    public Mode mode(Route route) {
        return Optional.ofNullable(route.mode()).orElse(gating.mode());
    }
}
