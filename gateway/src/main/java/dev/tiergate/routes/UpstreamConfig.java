package dev.tiergate.routes;

import java.net.URI;
import java.time.Duration;
import java.util.List;
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
        @Nullable String tlsCa) {

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

    /** What is spoken to the endpoints. */
    public enum Protocol {
        HTTP1,
        /** HTTP/2 over TLS. */
        H2,
        /** HTTP/2 in clear text, prior knowledge. */
        H2C
    }
}
