package dev.tiergate.edge;

import dev.tiergate.routes.GatewayConfig;
import java.time.Instant;

/**
 * A routes.yaml that serves.
 *
 * @param number 1 at start, one more with each change that was taken
 */
public record Generation(long number, GatewayConfig config, Instant since) {}
