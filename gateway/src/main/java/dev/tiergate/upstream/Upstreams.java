package dev.tiergate.upstream;

import dev.tiergate.routes.TargetRule;
import dev.tiergate.routes.UpstreamConfig;
import dev.tiergate.telemetry.GateMetrics;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** The upstreams as one event loop knows them, whose thread alone may use them: clients, connections, ejections. */
public final class Upstreams {

    private final Vertx vertx;
    private final int eventLoops;
    private final Conditions conditions;
    private final GateMetrics metrics;
    private final LongSupplier clock;
    private final InstantSource time;
    private final RandomGenerator random;
    private final Deadlines deadlines;
    private Map<String, ReverseProxy> proxies = Map.of();

    /**
     * @param eventLoops how many share each endpoint's connections
     * @param conditions what the node knows of the upstreams
     */
    public Upstreams(Vertx vertx, int eventLoops, Conditions conditions, GateMetrics metrics) {
        this(
                vertx,
                eventLoops,
                conditions,
                metrics,
                System::nanoTime,
                InstantSource.system(),
                RandomGenerator.getDefault());
    }

    /**
     * @param clock nanoseconds of the monotonic clock
     * @param time for signatures
     */
    public Upstreams(
            Vertx vertx,
            int eventLoops,
            Conditions conditions,
            GateMetrics metrics,
            LongSupplier clock,
            InstantSource time,
            RandomGenerator random) {
        this.vertx = vertx;
        this.eventLoops = eventLoops;
        this.conditions = conditions;
        this.metrics = metrics;
        this.clock = clock;
        this.time = time;
        this.random = random;
        this.deadlines = new Deadlines(vertx, clock);
    }

    /**
     * Upstreams for which all is as before go on untouched; the others end what they have begun, and close.
     *
     * @param targets where no endpoint's name may lead
     */
    public void update(Map<String, UpstreamConfig> configs, TargetRule targets) {
        Map<String, ReverseProxy> next = new HashMap<>();
        configs.forEach((name, config) -> {
            ReverseProxy current = proxies.get(name);
            Condition condition = conditions.of(config, targets);
            next.put(name, current != null && current.serves(condition) ? current : proxy(condition));
        });
        proxies.forEach((name, proxy) -> {
            if (next.get(name) != proxy) {
                proxy.retire();
            }
        });
        proxies = next;
    }

    /**
     * Stays usable when a later update changes or removes the upstream.
     *
     * @throws IllegalArgumentException when there is no upstream of this name
     */
    public ReverseProxy of(String name) {
        ReverseProxy proxy = proxies.get(name);
        if (proxy == null) {
            throw new IllegalArgumentException("No upstream '" + name + "'");
        }
        return proxy;
    }

    /** Closes each upstream once its exchanges have ended. */
    public void close() {
        update(Map.of(), new TargetRule(List.of()));
    }

    private ReverseProxy proxy(Condition condition) {
        UpstreamConfig config = condition.config();
        int connections = Math.max(1, (config.maxConnections() + eventLoops - 1) / eventLoops);
        var guard = new AddressGuard(config.name(), condition.targets(), metrics, clock);
        return new ReverseProxy(vertx, condition, connections, guard, deadlines, clock, time, random);
    }
}
