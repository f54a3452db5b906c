package dev.tiergate.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What the gate counts. Labels come from routes.yaml and the catalogue only, never from a request, so series are bounded. */
public final class GateMetrics {

    /** For how long the greatest delay is told, in three parts: a scrape a minute sees it for certain. */
    private static final Duration GREATEST_KEPT = Duration.ofMinutes(2);

    private final MeterRegistry registry;
    private final Timer gate;
    private final Timer loops;
    private final Map<Repeat, Counter> repeats = new EnumMap<>(Repeat.class);
    private final AtomicInteger streams = new AtomicInteger();
    private final Counter overConcurrency;
    private final Counter notEntitled;
    private final Map<CostReport, Counter> costs = new EnumMap<>(CostReport.class);
    private final ConcurrentHashMap<Series, Counter> counters = new ConcurrentHashMap<>();

    private record Series(String name, Tags tags) {}

    public GateMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.gate = Timer.builder(MetricNames.GATE_DURATION)
                .description("The gate's own time, from the request's arrival to its decision")
                .serviceLevelObjectives(
                        Duration.ofNanos(10_000),
                        Duration.ofNanos(50_000),
                        Duration.ofNanos(200_000),
                        Duration.ofMillis(1),
                        Duration.ofMillis(5),
                        Duration.ofMillis(20),
                        Duration.ofMillis(50),
                        Duration.ofMillis(250),
                        Duration.ofSeconds(1))
                .register(registry);
        this.loops = Timer.builder(MetricNames.EVENT_LOOP_DELAY)
                .description("How late looks at the event loops come, each loop 100 times a second")
                .serviceLevelObjectives(
                        Duration.ofMillis(1),
                        Duration.ofMillis(5),
                        Duration.ofMillis(10),
                        Duration.ofMillis(20),
                        Duration.ofMillis(50),
                        Duration.ofMillis(250),
                        Duration.ofSeconds(1))
                .distributionStatisticExpiry(GREATEST_KEPT)
                .register(registry);
        for (Repeat repeat : Repeat.values()) {
            repeats.put(repeat, registry.counter(MetricNames.IDEMPOTENT_REPEATS, "outcome", repeat.label()));
        }
        for (CostReport report : CostReport.values()) {
            costs.put(report, registry.counter(MetricNames.REPORTED_COSTS, "outcome", report.label()));
        }
        this.overConcurrency = registry.counter(MetricNames.REQUESTS_CUT_OFF, "cause", "concurrency");
        this.notEntitled = registry.counter(MetricNames.REQUESTS_CUT_OFF, "cause", "entitlements");
        registry.gauge(MetricNames.GATED_STREAMS, streams);
    }

    /** A stream opened, or one ended. */
    public void streams(int more) {
        streams.addAndGet(more);
    }

    /** An open stream may not go on: another one was first, or its store may not use it any more. */
    public void cutOff(boolean concurrency) {
        (concurrency ? overConcurrency : notEntitled).increment();
    }

    public MeterRegistry registry() {
        return registry;
    }

    public void decided(long nanos) {
        gate.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** An event loop came to its work so late; told by all of them. */
    public void loopDelayed(long nanos) {
        loops.record(nanos, TimeUnit.NANOSECONDS);
    }

    public void denied(String feature, String reason, String tier, String mode) {
        count(
                MetricNames.FEATURE_ACCESS_DENIED,
                Tags.of("feature", feature, "reason", reason, "tier", tier, "mode", mode));
    }

    public void limitExceeded(String feature, String limit, String mode) {
        count(MetricNames.FEATURE_LIMIT_EXCEEDED, Tags.of("feature", feature, "limit", limit, "mode", mode));
    }

    /** @param outcome allowed, or the refusal's reason */
    public void modelRequest(String group, String outcome) {
        count(MetricNames.FEATURE_MODEL_REQUESTS, Tags.of("group", group, "outcome", outcome));
    }

    public void repeated(Repeat repeat) {
        Objects.requireNonNull(repeats.get(repeat)).increment();
    }

    public void reported(CostReport report) {
        Objects.requireNonNull(costs.get(report)).increment();
    }

    /** @param stage where the gate itself failed: identity, entitlement, limits, check or upstream */
    public void fault(String stage) {
        count(MetricNames.FEATURE_GATING_ERRORS, Tags.of("stage", stage));
    }

    public void ambiguousPath(String cause) {
        count(MetricNames.AMBIGUOUS_PATHS, Tags.of("cause", cause));
    }

    public void reload(String outcome) {
        count(MetricNames.CONFIG_RELOADS, Tags.of("outcome", outcome));
    }

    /** @param outcome taken or refused */
    public void secrets(String outcome) {
        count(MetricNames.SECRETS, Tags.of("outcome", outcome));
    }

    /** So that both series begin with 0. */
    public void countsSecrets() {
        counter(MetricNames.SECRETS, Tags.of("outcome", "taken"));
        counter(MetricNames.SECRETS, Tags.of("outcome", "refused"));
    }

    /** @param decision what the gate said of a request that went to an upstream */
    public void forwarded(String decision) {
        count(MetricNames.FORWARDED, Tags.of("decision", decision));
    }

    /** @param reason of a refusal that is neither a 403 nor a 429 */
    public void refused(String reason, int status) {
        count(MetricNames.REFUSED, Tags.of("reason", reason, "status", Integer.toString(status)));
    }

    /** @param upstream whose endpoint has a name that led where nothing may be sent */
    public void addressRefused(String upstream) {
        count(MetricNames.UPSTREAM_ADDRESSES_REFUSED, Tags.of("upstream", upstream));
    }

    /** So that the series begins with 0, and its first increase can be seen. */
    public void countsRefusedAddresses(String upstream) {
        counter(MetricNames.UPSTREAM_ADDRESSES_REFUSED, Tags.of("upstream", upstream));
    }

    public void pluginFault(String plugin, PluginFault kind) {
        counter(MetricNames.PLUGIN_FAULTS, tags(plugin, kind)).increment();
    }

    /** So that the plugin's series begin with 0. */
    public void countsPluginFaults(String plugin) {
        for (PluginFault kind : PluginFault.values()) {
            counter(MetricNames.PLUGIN_FAULTS, tags(plugin, kind));
        }
    }

    private static Tags tags(String plugin, PluginFault kind) {
        return Tags.of("plugin", plugin, "kind", kind.label());
    }

    private void count(String name, Tags tags) {
        counter(name, tags).increment();
    }

    private Counter counter(String name, Tags tags) {
        return counters.computeIfAbsent(new Series(name, tags), s -> registry.counter(s.name, s.tags));
    }
}
