package dev.tiergate.upstream;

import dev.tiergate.routes.TargetRule;
import dev.tiergate.routes.UpstreamConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node knows of one upstream, shared by its event loops. Two are equal that share all of it.
 *
 * @param breaker null where the upstream has none
 * @param probes one for each endpoint; empty where nobody asks
 * @param healths one for each endpoint, in their order
 */
record Condition(
        UpstreamConfig config,
        TargetRule targets,
        @Nullable Breaker breaker,
        List<HealthProbe> probes,
        List<EndpointHealth> healths) {

    boolean serves(UpstreamConfig wanted, TargetRule rule) {
        return config.equals(wanted) && targets.equals(rule);
    }
}
