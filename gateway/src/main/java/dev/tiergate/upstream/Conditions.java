package dev.tiergate.upstream;

import dev.tiergate.routes.TargetRule;
import dev.tiergate.routes.UpstreamConfig;
import dev.tiergate.telemetry.GateMetrics;
import dev.tiergate.telemetry.MetricNames;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a node knows of its upstreams: the state of each circuit breaker, the health of each endpoint. Asks the endpoints
 * itself, once for all event loops. Updated by one thread at a time, read by all.
 */
public final class Conditions {

    private final Context context;
    private final GateMetrics metrics;
    private final LongSupplier clock;
    private final InstantSource time;
    private final RandomGenerator random;
    private final MultiGauge circuits;
    private final MultiGauge unhealthy;
    private volatile Map<String, Condition> conditions = Map.of();

    public Conditions(Vertx vertx, GateMetrics metrics) {
        this(vertx, metrics, System::nanoTime, InstantSource.system(), RandomGenerator.getDefault());
    }

    /** @param clock nanoseconds of the monotonic clock */
    Conditions(Vertx vertx, GateMetrics metrics, LongSupplier clock, InstantSource time, RandomGenerator random) {
        this.context = vertx.getOrCreateContext();
        this.metrics = metrics;
        this.clock = clock;
        this.time = time;
        this.random = random;
        this.circuits = MultiGauge.builder(MetricNames.UPSTREAM_CIRCUIT_OPEN).register(metrics.registry());
        this.unhealthy =
                MultiGauge.builder(MetricNames.UPSTREAM_ENDPOINT_UNHEALTHY).register(metrics.registry());
    }

    /**
     * What is as before keeps its state; what is gone is not asked any more. To be called before event loops hear of the
     * change.
     *
     * @param targets where no endpoint's name may lead
     */
    public void update(Map<String, UpstreamConfig> configs, TargetRule targets) {
        Map<String, Condition> before = conditions;
        Map<String, Condition> after = new TreeMap<>();
        configs.forEach((name, config) -> after.put(name, next(before.get(name), config, targets)));
        conditions = after;
        List<HealthProbe> old = probes(before);
        List<HealthProbe> all = probes(after);
        old.stream().filter(probe -> !all.contains(probe)).forEach(HealthProbe::stop);
        all.stream().filter(probe -> !old.contains(probe)).forEach(HealthProbe::start);
        measure(after);
    }

    /** Asks nobody any more. */
    public void close() {
        probes(conditions).forEach(HealthProbe::stop);
    }

    /** All upstreams, by name. */
    public List<UpstreamReport> report() {
        return conditions.values().stream()
                .map(condition -> new UpstreamReport(
                        condition.config().name(),
                        condition.breaker() == null ? null : condition.breaker().report(time),
                        endpoints(condition)))
                .toList();
    }

    /** An event loop that is one file behind may ask for what is gone: it gets a condition of its own, for so long. */
    Condition of(UpstreamConfig config, TargetRule targets) {
        Condition known = conditions.get(config.name());
        return known != null && known.serves(config, targets) ? known : unwatched(config, targets);
    }

    private Condition next(@Nullable Condition before, UpstreamConfig config, TargetRule targets) {
        if (before != null && before.serves(config, targets)) {
            return before;
        }
        Breaker breaker = breaker(config);
        if (before != null
                && before.config().endpoints().equals(config.endpoints())
                && Objects.equals(before.config().circuitBreaker(), config.circuitBreaker())) {
            breaker = before.breaker();
        }
        if (config.healthCheck() == null) {
            return new Condition(config, targets, breaker, List.of(), unchecked(config));
        }
        List<HealthProbe> probes = new ArrayList<>();
        for (URI endpoint : config.endpoints()) {
            probes.add(probe(before, config, targets, endpoint));
        }
        return new Condition(
                config,
                targets,
                breaker,
                List.copyOf(probes),
                probes.stream().map(HealthProbe::health).toList());
    }

    private @Nullable Breaker breaker(UpstreamConfig config) {
        return config.circuitBreaker() == null
                ? null
                : new Breaker(config.name(), config.circuitBreaker(), metrics.registry(), clock);
    }

    private HealthProbe probe(@Nullable Condition before, UpstreamConfig config, TargetRule targets, URI endpoint) {
        if (before != null && before.targets().equals(targets)) {
            for (HealthProbe probe : before.probes()) {
                if (probe.serves(config, endpoint)) {
                    return probe;
                }
            }
        }
        return new HealthProbe(
                context,
                config,
                Objects.requireNonNull(config.healthCheck()),
                endpoint,
                new AddressGuard(config.name(), targets, metrics, clock),
                metrics.registry(),
                time,
                random);
    }

    private Condition unwatched(UpstreamConfig config, TargetRule targets) {
        return new Condition(config, targets, breaker(config), List.of(), unchecked(config));
    }

    private static List<EndpointHealth> unchecked(UpstreamConfig config) {
        return config.endpoints().stream()
                .map(endpoint -> new EndpointHealth(Health.UNCHECKED))
                .toList();
    }

    private static List<HealthProbe> probes(Map<String, Condition> of) {
        return of.values().stream()
                .flatMap(condition -> condition.probes().stream())
                .toList();
    }

    private static List<UpstreamReport.Endpoint> endpoints(Condition condition) {
        List<UpstreamReport.Endpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < condition.healths().size(); i++) {
            Health health = condition.healths().get(i).now();
            endpoints.add(new UpstreamReport.Endpoint(
                    condition.config().endpoints().get(i), health.state().label(), health.since(), health.why()));
        }
        return endpoints;
    }

    private void measure(Map<String, Condition> of) {
        circuits.register(
                of.values().stream()
                        .flatMap(condition -> Stream.ofNullable(condition.breaker())
                                .<MultiGauge.Row<?>>map(breaker -> MultiGauge.Row.of(
                                        Tags.of("upstream", condition.config().name()), breaker, Breaker::gauge)))
                        .toList(),
                true);
        unhealthy.register(
                of.values().stream()
                        .flatMap(condition -> condition.probes().stream()
                                .<MultiGauge.Row<?>>map(probe -> MultiGauge.Row.of(
                                        Tags.of(
                                                "upstream",
                                                condition.config().name(),
                                                "endpoint",
                                                probe.endpoint().toString()),
                                        probe.health(),
                                        health -> health.unhealthy() ? 1 : 0)))
                        .toList(),
                true);
    }
}
