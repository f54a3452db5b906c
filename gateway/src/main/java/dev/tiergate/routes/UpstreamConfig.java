package dev.tiergate.routes;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A backend and how it is spoken to. Equal configurations share their connections across reloads.
 *
 * @param endpoints scheme, host and port; all of one scheme
 * @param responseTimeout from the request's dispatch to the response head
 * @param idleTimeout between two bytes
 * @param maxConnections for each endpoint and event loop pool together
 * @param signKey signs the identity headers; null for none
 * @param tlsCa a PEM file that https endpoints are verified with; null for the JDK's trust store
 * @param healthCheck how endpoints are asked whether they are well; null where they are not
 * @param circuitBreaker when to stop sending for a while; null for never
 */
public record UpstreamConfig(
        String name,
        List<URI> endpoints,
        Balance balance,
        Protocol protocol,
        Duration connectTimeout,
        Duration responseTimeout,
        Duration idleTimeout,
        int maxConnections,
        @Nullable String signKey,
        @Nullable String tlsCa,
        @Nullable HealthCheck healthCheck,
        @Nullable CircuitBreaker circuitBreaker) {

    /** Endpoints that a request tries, each once, while it finds no connection. */
    public static final int MAX_CONNECTS = 3;

    /** As many bytes as the hash has (RFC 2104, section 3). */
    static final int MIN_KEY_BYTES = 32;

    public UpstreamConfig {
        endpoints = List.copyOf(endpoints);
        if (endpoints.isEmpty()
                || endpoints.stream().map(URI::getScheme).distinct().count() != 1) {
            throw new IllegalArgumentException("an upstream has endpoints of one scheme");
        }
        if (maxConnections < 1) {
            throw new IllegalArgumentException("an upstream has at least one connection");
        }
    }

    public boolean tls() {
        return "https".equals(endpoints.get(0).getScheme());
    }

    /**
     * The longest from a request that is here whole to its response's head: it waits for room, connects, and waits for the
     * answer.
     */
    public Duration longestToHead() {
        int connects = Math.min(MAX_CONNECTS, endpoints.size());
        return connectTimeout.multipliedBy(1L + connects).plus(responseTimeout);
    }

    /** Never prints the key. */
    @Override
    public String toString() {
        return "UpstreamConfig[name=" + name + ", endpoints=" + endpoints + ", protocol=" + protocol + "]";
    }

    /** How an endpoint is chosen among those that are not ejected. */
    public enum Balance {
        ROUND_ROBIN,
        LEAST_REQUESTS,
        RANDOM
    }

    /**
     * An endpoint is well that answers a GET with 2xx.
     *
     * @param path with the query, if any
     * @param interval from the end of one request to the beginning of the next, about
     */
    public record HealthCheck(String path, Duration interval) {

        static final Duration MIN_INTERVAL = Duration.ofMillis(100);
        static final Duration MAX_INTERVAL = Duration.ofHours(1);

        public HealthCheck {
            if (!path.startsWith("/") || interval.compareTo(MIN_INTERVAL) < 0 || interval.compareTo(MAX_INTERVAL) > 0) {
                throw new IllegalArgumentException("a health check has a path and an interval within its bounds");
            }
        }
    }

    /**
     * Requests are refused while the upstream as a whole does not work.
     *
     * @param failures as many within a few seconds open the circuit, if as many as half of all requests failed
     * @param openFor how long requests are refused before one is tried again
     * @param statuses answers that count as failures, 500 to 599
     */
    public record CircuitBreaker(int failures, Duration openFor, Set<Integer> statuses) {

        static final Duration MIN_OPEN = Duration.ofMillis(100);
        static final Duration MAX_OPEN = Duration.ofHours(1);

        public CircuitBreaker {
            statuses = Set.copyOf(statuses);
            if (failures < 1 || openFor.compareTo(MIN_OPEN) < 0 || openFor.compareTo(MAX_OPEN) > 0) {
                throw new IllegalArgumentException(
                        "a circuit breaker has a number of failures and a time to stay open");
            }
        }
    }

    /** What is spoken to the endpoints. */
    public enum Protocol {
        HTTP1,
        /** HTTP/2 over TLS. */
        H2,
        /** HTTP/2 in clear text, prior knowledge. */
        H2C
    }
}
