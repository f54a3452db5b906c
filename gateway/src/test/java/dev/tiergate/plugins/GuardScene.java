package dev.tiergate.plugins;

import dev.tiergate.GivenPlugin;
import dev.tiergate.LogLines;
import dev.tiergate.limits.FakeCall;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Cost;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Event;
import dev.tiergate.plugin.EventSink;
import dev.tiergate.plugin.EventSinkFactory;
import dev.tiergate.plugin.Quota;
import dev.tiergate.plugin.QuotaFactory;
import dev.tiergate.plugin.SinkContext;
import dev.tiergate.plugin.UsageReader;
import dev.tiergate.routes.LoadResult;
import dev.tiergate.routes.QuotaUse;
import dev.tiergate.routes.Route.Charge;
import dev.tiergate.routes.Route.PluginUse;
import dev.tiergate.routes.RoutesLoader;
import dev.tiergate.routes.SinkUse;
import dev.tiergate.routes.TargetRule.Reserved;
import dev.tiergate.telemetry.GateMetrics;
import dev.tiergate.telemetry.MetricNames;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** One event loop, and the plugin {@code given} as it asks it; nothing of what it logs is written. */
final class GuardScene implements AutoCloseable {

    static final Call CALL = FakeCall.of();

    private static final long DEADLINE_SECONDS = 30;

    private static final String ROUTES = """
            version: 1
            upstreams: { shop: { endpoints: [ "http://127.0.0.1:9001" ] } }
            auth: { jwt: { jwks: "https://id.example.com/jwks.json", algorithms: [ RS256 ] } }
            routes: [ { id: route, path: /x, upstream: shop, plugins: [ { given: {} %s } ] } ]
            """;

    private static final String CHARGE = """
            version: 1
            upstreams: { shop: { endpoints: [ "http://127.0.0.1:9001" ] } }
            auth: { jwt: { jwks: "https://id.example.com/jwks.json", algorithms: [ RS256 ] } }
            routes: [ { id: route, path: /x, upstream: shop, charge: [ { limit: units, by: { given: {} }, max: 5 } ] } ]
            """;

    private final List<Call> read = new ArrayList<>();
    private final UsageReader usage = (call, limit) -> {
        read.add(call);
        return Future.succeededFuture(Optional.empty());
    };
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final LogLines said = LogLines.of("dev.tiergate.plugins").alone();
    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final PluginRuntime runtime = new PluginRuntime(new GateMetrics(registry), Reserved.NOTHING);
    private final PluginGuards guards = onLoop(() -> Future.succeededFuture(runtime.onLoop(vertx)));

    /** The requests whose usage was read. */
    List<Call> read() {
        return read;
    }

    /** @param options such as {@code , mode: shadow} */
    Check guarded(String options, Check check) {
        return guarded(options, GivenPlugin.of("given", check));
    }

    Check guarded(String options, GivenPlugin plugin) {
        var loaded = (LoadResult.Loaded)
                new RoutesLoader(List.of(plugin), name -> null).load("routes.yaml", ROUTES.formatted(options), null);
        var route = loaded.config().routes().get(0);
        return guards.guarded(route.plugins().get(0), route, loaded.config(), usage);
    }

    /** What the plugin tells of a charge. */
    Cost cost(GivenPlugin plugin) {
        var loaded =
                (LoadResult.Loaded) new RoutesLoader(List.of(plugin), name -> null).load("routes.yaml", CHARGE, null);
        var route = loaded.config().routes().get(0);
        var charge = (Charge.By) Objects.requireNonNull(route.charges().get(0).told());
        return guards.cost(charge.plugin(), route, loaded.config(), usage);
    }

    /** The limit {@code x} that the plugin {@code given} counts, as nothing else of it is used. */
    Quota guarded(Quota quota) {
        return guarded(quota, PluginUse.DEFAULT_DEADLINE);
    }

    Quota guarded(Quota quota, Duration deadline) {
        return guards.guarded(new QuotaUse("x", new GivenQuotas(quota), new GivenQuotas.Config(), deadline));
    }

    /** An event sink of the plugin, with a deadline of 100 ms. */
    EventSink guarded(EventSink sink) {
        var use = new SinkUse(
                "crm",
                new GivenSinks(sink),
                new GivenPlugin.Config(),
                EnumSet.allOf(Event.Type.class),
                Duration.ofMillis(100),
                Duration.ofHours(1));
        return guards.guarded(use);
    }

    /** Makes this one always. */
    private record GivenSinks(EventSink sink) implements EventSinkFactory<GivenPlugin.Config> {

        @Override
        public String name() {
            return "given";
        }

        @Override
        public Class<GivenPlugin.Config> configType() {
            return GivenPlugin.Config.class;
        }

        @Override
        public EventSink create(GivenPlugin.Config config, SinkContext context) {
            return sink;
        }
    }

    /** Makes this one always. */
    private record GivenQuotas(Quota quota) implements QuotaFactory<GivenQuotas.Config> {

        record Config() {}

        @Override
        public String name() {
            return "given";
        }

        @Override
        public Class<Config> configType() {
            return Config.class;
        }

        @Override
        public Quota create(String code, Config config) {
            return quota;
        }
    }

    /** What the gate is answered. */
    Decision ask(Check check) {
        return onLoop(() -> check.ask(CALL));
    }

    /** Begins on the event loop, and waits for the result. */
    <T> T onLoop(Callable<Future<T>> step) {
        Promise<T> done = Promise.promise();
        context.runOnContext(now -> {
            try {
                step.call().onComplete(done);
            } catch (Exception e) {
                done.fail(e);
            }
        });
        return done.future()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(DEADLINE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    Vertx vertx() {
        return vertx;
    }

    /** Faults of the plugin so far. */
    int faults(String kind) {
        return (int) registry.counter(MetricNames.PLUGIN_FAULTS, "plugin", "given", "kind", kind)
                .count();
    }

    /** Of all series of the name. */
    double counted(String name) {
        return registry.find(name).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    List<String> said() {
        return said.messages();
    }

    @Override
    public void close() {
        guards.close();
        runtime.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        said.close();
    }
}
