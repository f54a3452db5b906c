package dev.tiergate.routes;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Cross-origin rules that the gateway answers for its upstreams.
 *
 * @param origins exact origins, or {@code *} alone
 * @param headers request headers that are allowed, or {@code *} alone
 */
public record CorsConfig(
        Set<String> origins, Set<String> methods, Set<String> headers, boolean credentials, Duration maxAge) {

    public CorsConfig {
        origins = Collections.unmodifiableSet(new LinkedHashSet<>(origins));
        methods = Collections.unmodifiableSet(new LinkedHashSet<>(methods));
        headers = Collections.unmodifiableSet(new LinkedHashSet<>(headers));
        if (origins.contains("*") && (origins.size() > 1 || credentials)) {
            throw new IllegalArgumentException("the origin * stands alone, and without credentials");
        }
    }
}
