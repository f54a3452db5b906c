package dev.tiergate.routes;

import java.time.Duration;
import java.util.Set;

/**
 * Cross-origin rules that the gateway answers for its upstreams.
 *
 * @param origins exact origins, or {@code *} alone
 * @param headers request headers that are allowed, or {@code *} alone
 */
public record CorsConfig(
        Set<String> origins, Set<String> methods, Set<String> headers, boolean credentials, Duration maxAge) {}
