package dev.tiergate.upstream;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an upstream fares on this node.
 *
 * @param circuit null where it has no circuit breaker
 */
public record UpstreamReport(String name, @Nullable CircuitReport circuit, List<Endpoint> endpoints) {

    /**
     * One address of it.
     *
     * @param health unchecked, unknown, healthy or unhealthy
     * @param since null before the first answer
     * @param why what is wrong; null where nothing is
     */
    public record Endpoint(
            URI uri,
            String health,
            @Nullable Instant since,
            @Nullable String why) {}
}
