package dev.tiergate;

import dev.tiergate.api.KnownStores;
import dev.tiergate.api.OwnApis;
import dev.tiergate.api.StoreUsage;
import dev.tiergate.api.admin.StoreWrites;
import dev.tiergate.api.events.EventApi;
import dev.tiergate.api.events.EventHub;
import dev.tiergate.api.ofrep.OfrepApi;
import dev.tiergate.edge.EdgeLoop;
import dev.tiergate.edge.Gate;
import dev.tiergate.edge.Generation;
import dev.tiergate.edge.OpenStreams;
import dev.tiergate.edge.PublicApis;
import dev.tiergate.edge.RefusalListener;
import dev.tiergate.edge.Serving;
import dev.tiergate.entitlement.EntitlementService;
import dev.tiergate.identity.Authenticator;
import dev.tiergate.limits.LimitEvents;
import dev.tiergate.limits.LimitWatch;
import dev.tiergate.limits.LinkSettings;
import dev.tiergate.limits.NodeCounters;
import dev.tiergate.limits.Quotas;
import dev.tiergate.limits.RedisUsageLedger;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugins.PluginGuards;
import dev.tiergate.plugins.PluginRuntime;
import dev.tiergate.routes.ApiPaths;
import dev.tiergate.routes.AuthConfig;
import dev.tiergate.routes.GatewayConfig;
import dev.tiergate.routes.Route;
import dev.tiergate.routes.TargetRule.Reserved;
import dev.tiergate.telemetry.GateMetrics;
import dev.tiergate.upstream.Conditions;
import dev.tiergate.upstream.Upstreams;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The stages of one event loop, made on it: what a request needs is never shared with another loop, but for snapshots. */
final class LoopStages implements EdgeLoop.Stages {

    private final Vertx vertx;
    private final @Nullable EntitlementService entitlements;
    private final @Nullable EventHub events;
    private final @Nullable SinkEvents outside;
    private final GatingCap cap;
    private final Keys keys;
    private final Reserved own;
    private final GateMetrics metrics;
    private final @Nullable StoreWrites writes;
    private final PluginGuards plugins;
    private final Upstreams upstreams;
    private final @Nullable OpenStreams streams;
    private final @Nullable RedisUsageLedger ledger;
    private @Nullable AuthConfig auth;
    private @Nullable Authenticator authenticator;

    LoopStages(
            Vertx vertx,
            int loops,
            Settings settings,
            Supplier<String> redis,
            @Nullable EntitlementService entitlements,
            @Nullable EventHub events,
            @Nullable SinkEvents outside,
            GatingCap cap,
            Keys keys,
            Reserved own,
            @Nullable NodeCounters counters,
            @Nullable StoreWrites writes,
            Conditions conditions,
            PluginRuntime plugins,
            GateMetrics metrics) {
        this.vertx = vertx;
        this.entitlements = entitlements;
        this.events = events;
        this.outside = outside;
        this.cap = cap;
        this.keys = keys;
        this.own = own;
        this.metrics = metrics;
        this.writes = writes;
        this.plugins = plugins.onLoop(vertx);
        this.upstreams = new Upstreams(vertx, loops, conditions, metrics);
        this.streams = entitlements == null ? null : OpenStreams.of(vertx, entitlements.cache(), metrics);
        this.ledger = counters == null ? null : ledger(vertx, redis, settings, counters);
    }

    /** The counters as the present event loop has them. */
    static RedisUsageLedger ledger(Vertx vertx, Supplier<String> redis, Settings settings, NodeCounters counters) {
        return RedisUsageLedger.open(
                vertx, redis, counters, LinkSettings.DEFAULT.withDeadline(settings.redisDeadline()));
    }

    @Override
    public Serving serve(Generation generation) {
        var config = generation.config();
        if (ledger != null) {
            ledger.watch(new LimitWatch(limitEvents(), config.limits().approaching()));
        }
        upstreams.update(config.upstreams(), config.targets().reserving(own));
        var quotas = Quotas.of(config.quotas(), plugins::guarded);
        return new Serving(
                config,
                cap::now,
                gate(config),
                upstreams,
                route -> chain(route, config, quotas),
                apis(config, quotas),
                streams,
                outside == null ? RefusalListener.NONE : outside,
                quotas);
    }

    private PublicApis apis(GatewayConfig config, Quotas quotas) {
        var paths = new ApiPaths(config.apis());
        if (config.auth() == null || entitlements == null || ledger == null || events == null || writes == null) {
            return new OwnApis(paths, null, null, null);
        }
        var stores = new KnownStores(authenticator(config.auth()), entitlements.cache());
        var usage = new StoreUsage(ledger, quotas, config.limits().approaching());
        return new OwnApis(paths, stores, usage, writes)
                .and(new EventApi(vertx, stores, events).operations())
                .and(new OfrepApi(stores, usage, events.tickets()).operations());
    }

    private @Nullable Gate gate(GatewayConfig config) {
        if (config.auth() == null || entitlements == null) {
            return null;
        }
        return new Gate(
                authenticator(config.auth()),
                entitlements.cache(),
                config.gating().onEntitlementsDown(),
                metrics);
    }

    /** Remembered tokens outlive a reload that leaves the rules for tokens as they are. */
    private Authenticator authenticator(AuthConfig rules) {
        var known = authenticator;
        if (known == null || !rules.equals(auth)) {
            known = new Authenticator(rules, keys.of(rules), vertx.getOrCreateContext(), metrics.registry());
            authenticator = known;
            auth = rules;
        }
        return known;
    }

    private List<Check> chain(Route route, GatewayConfig config, Quotas quotas) {
        return ledger == null
                ? List.of()
                : Gateway.chain(
                        route, config, ledger, ledger.idempotencyKeys(), limitEvents(), quotas, plugins, metrics);
    }

    private LimitEvents limitEvents() {
        if (events == null || outside == null) {
            return LimitEvents.NONE;
        }
        return events.limits().and(outside);
    }

    @Override
    public Optional<String> trouble() {
        return ledger == null ? Optional.empty() : ledger.notReady();
    }

    @Override
    public Future<Void> close() {
        plugins.close();
        upstreams.close();
        return ledger == null ? Future.succeededFuture() : ledger.close();
    }
}
