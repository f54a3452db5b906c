package dev.tiergate;

import dev.tiergate.api.admin.AdminApi;
import dev.tiergate.api.events.EventHub;
import dev.tiergate.edge.AdminListener;
import dev.tiergate.edge.EdgeLoop;
import dev.tiergate.edge.ListenerConfig;
import dev.tiergate.edge.Readiness;
import dev.tiergate.edge.Rehearsal;
import dev.tiergate.edge.WatchedTransport;
import dev.tiergate.entitlement.CacheBounds;
import dev.tiergate.entitlement.CacheSettings;
import dev.tiergate.entitlement.EntitlementService;
import dev.tiergate.entitlement.EntitlementSettings;
import dev.tiergate.entitlement.FeatureCheck;
import dev.tiergate.entitlement.FeatureRolesCheck;
import dev.tiergate.entitlement.ModelCheck;
import dev.tiergate.entitlement.RedisTextKeeper;
import dev.tiergate.entitlement.StoreActiveCheck;
import dev.tiergate.entitlement.TierCheck;
import dev.tiergate.limits.IdempotencyKeys;
import dev.tiergate.limits.KeyedLimitCheck;
import dev.tiergate.limits.LedgerUsageReader;
import dev.tiergate.limits.LimitCheck;
import dev.tiergate.limits.LimitEvents;
import dev.tiergate.limits.LimitRefusal;
import dev.tiergate.limits.LimitWatch;
import dev.tiergate.limits.NodeCounters;
import dev.tiergate.limits.PostgresCounters;
import dev.tiergate.limits.Quotas;
import dev.tiergate.limits.Recalls;
import dev.tiergate.limits.UsageLedger;
import dev.tiergate.limits.UsagePurge;
import dev.tiergate.outbox.EventPost;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugins.PluginGuards;
import dev.tiergate.plugins.PluginRuntime;
import dev.tiergate.routes.GatewayConfig;
import dev.tiergate.routes.LoadResult;
import dev.tiergate.routes.Route;
import dev.tiergate.routes.RoutesLoader;
import dev.tiergate.routes.RoutesWatch;
import dev.tiergate.telemetry.GateMetrics;
import dev.tiergate.upstream.Conditions;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The composition root: makes every part, gives each what it needs, and ends them in order. */
public final class Gateway {

    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

    /** Connections may be silent a little longer than any upstream, so that an upstream's timeout is answered first. */
    private static final Duration IDLE_MARGIN = Duration.ofSeconds(15);

    /** A turn of an event loop that takes longer is logged, with what it does: all requests of the loop wait for it. */
    private static final Duration MAX_TURN = Duration.ofMillis(200);

    private static final Duration READY_POLL = Duration.ofMillis(20);

    private final Settings settings;
    private final SecretsWatch secrets;
    private final OwnAddresses own = new OwnAddresses();
    private final Vertx vertx;
    private final int loops;
    private final InstantSource clock = InstantSource.system();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final GateMetrics metrics = new GateMetrics(registry);
    private final PluginRuntime plugins = new PluginRuntime(metrics, own);
    private final Readiness readiness = new Readiness();
    private final @Nullable NodeCounters counters;
    private final @Nullable Recalls recalls;
    private final List<EdgeLoop> edges = new CopyOnWriteArrayList<>();
    private final @Nullable EntitlementService entitlements;
    private final GatingCap cap;
    private final @Nullable EventHub events;
    private final @Nullable SinkEvents outside;
    private final Keys keys;
    private final Conditions conditions;
    private final RoutesReload reload;
    private final Ladder ladder;
    private final RouteCodes codes;
    private final Dependencies dependencies;
    private final RoutesWatch watch;
    private final AdminApi adminApi;
    private @Nullable AdminListener admin;
    private String loopsDeployed = "";

    private Gateway(
            Settings settings,
            Function<String, @Nullable String> environment,
            RoutesLoader loader,
            Path routes,
            GatewayConfig config) {
        this.settings = settings;
        this.loops = settings.eventLoops() > 0
                ? settings.eventLoops()
                : Runtime.getRuntime().availableProcessors();
        this.vertx = Vertx.builder()
                .with(new VertxOptions()
                        .setEventLoopPoolSize(loops)
                        .setMaxEventLoopExecuteTime(MAX_TURN.toMillis())
                        .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS)
                        .setBlockedThreadCheckInterval(MAX_TURN.toMillis())
                        .setBlockedThreadCheckIntervalUnit(TimeUnit.MILLISECONDS)
                        // looked for on the class path, a file would be copied into a folder that has to be writable
                        .setFileSystemOptions(new FileSystemOptions().setClassPathResolvingEnabled(false)))
                .withTransport(WatchedTransport.of(settings.ioUring(), settings.clientTimeout()))
                .build();
        this.secrets = new SecretsWatch(
                vertx, settings, environment, metrics, identity -> edges.get(0).renew(identity));
        this.entitlements = settings.gatingOff() ? null : startEntitlements(config);
        this.counters = entitlements == null ? null : counters(entitlements);
        this.recalls =
                counters == null ? null : Recalls.open(vertx, vertx.getOrCreateContext(), secrets.redis(), counters);
        this.cap = new GatingCap(settings.gatingCap(), entitlements);
        this.events = entitlements == null
                ? null
                : EventHub.open(vertx, secrets.redis(), settings.redisDeadline(), entitlements.cache(), registry);
        this.outside = entitlements == null
                ? null
                : new SinkEvents(
                        EventPost.open(vertx, entitlements.pool(), settings.databaseDeadline(), registry),
                        new SinkMaker(plugins, vertx));
        this.keys = new Keys(vertx, clock, registry, own, settings.gatingOff());
        this.conditions = new Conditions(vertx, metrics);
        this.reload = new RoutesReload(config, keys, clock, metrics, this::reconfigure);
        this.ladder = new Ladder(reload, entitlements, counters, this::redisTrouble);
        this.codes = new RouteCodes(entitlements);
        this.dependencies =
                new Dependencies(settings, secrets, entitlements, this::redisTrouble, keys, cap, codes, reload);
        this.watch = new RoutesWatch(vertx, loader, routes, config.hash(), codes::known, reload::take);
        this.adminApi = adminApi();
    }

    /**
     * Opens both listeners; gated routes answer 503 until what they need is there.
     *
     * @param environment the variables that the settings came from, asked again for secrets that change
     * @param routes the file to watch
     * @param loaded what it holds now
     */
    public static Future<Gateway> start(
            Settings settings,
            Function<String, @Nullable String> environment,
            RoutesLoader loader,
            Path routes,
            LoadResult.Loaded loaded) {
        var gateway = new Gateway(settings, environment, loader, routes, loaded.config());
        gateway.codes.check(gateway.vertx, loader, routes);
        return gateway.open().map(gateway).onFailure(fault -> {
            gateway.plugins.close();
            gateway.vertx.close();
        });
    }

    /** The whole chain of a route, in the order in which it is asked. Limits come last, so that a refusal never costs. */
    static List<Check> chain(
            Route route,
            GatewayConfig config,
            UsageLedger ledger,
            IdempotencyKeys keys,
            LimitEvents events,
            Quotas quotas,
            PluginGuards plugins,
            GateMetrics metrics) {
        var chain = new ArrayList<Check>();
        chain.add(new StoreActiveCheck());
        if (route.minimumTier() != null) {
            chain.add(new TierCheck(route));
        }
        if (route.feature() != null) {
            chain.add(new FeatureCheck(route, config.body().inspect()));
            chain.add(new FeatureRolesCheck(route.feature()));
        }
        if (route.model() != null) {
            chain.add(new ModelCheck(route, config.body().inspect(), metrics));
        }
        var usage = new LedgerUsageReader(ledger, quotas);
        for (var plugin : route.plugins()) {
            chain.add(plugins.guarded(plugin, route, config, usage));
        }
        if (route.checkLimits()) {
            var limits = new LimitCheck(
                    route,
                    ledger,
                    config.gating().onLimitsDown(),
                    config.limits().headers(),
                    new LimitWatch(events, config.limits().approaching()),
                    quotas,
                    use -> plugins.cost(use, route, config, usage),
                    metrics::reported);
            chain.add(
                    route.idempotencyKey() == null ? limits : KeyedLimitCheck.of(limits, route, config, keys, metrics));
        }
        return chain;
    }

    private Future<Void> open() {
        plugins.serves(reload.current().config());
        dependencies.watch(readiness);
        dependencies.measure(registry);
        dependencies.warn(vertx);
        ladder.register(registry);
        var config = reload.current().config();
        own.admin(settings.adminPort());
        return own.follow(vertx, settings, secrets.redis())
                .compose(looked -> {
                    conditions.update(config.upstreams(), config.targets().reserving(own));
                    return tellOutside(config);
                })
                .compose(told -> keys.open(config))
                .compose(opened -> Rehearsal.of(vertx, LimitRefusal.unavailable()))
                .compose(rehearsed ->
                        vertx.deployVerticle(() -> edge(config), new DeploymentOptions().setInstances(loops)))
                .compose(deployed -> {
                    loopsDeployed = deployed;
                    return AdminListener.listen(
                            vertx,
                            settings.adminHost(),
                            settings.adminPort(),
                            readiness,
                            new Status(cap, reload, ladder, conditions)::report,
                            registry,
                            adminApi::mount);
                })
                .onSuccess(listening -> {
                    admin = listening;
                    secrets.watch();
                    own.admin(listening.port());
                    LOG.info(
                            "Serving {} routes on port {}, admin on port {}",
                            config.routes().size(),
                            port(),
                            adminPort());
                })
                .mapEmpty();
    }

    private EdgeLoop edge(GatewayConfig config) {
        var listener = new ListenerConfig(
                settings.host(), settings.port(), settings.tls(), settings.clientTimeout(), idle(config));
        var edge = new EdgeLoop(
                listener,
                reload::current,
                () -> new LoopStages(
                        vertx,
                        loops,
                        settings,
                        secrets.redis(),
                        entitlements,
                        events,
                        outside,
                        cap,
                        keys,
                        own,
                        counters,
                        adminApi.storeWrites(),
                        conditions,
                        plugins,
                        metrics),
                metrics,
                readiness,
                clock);
        edges.add(edge);
        return edge;
    }

    private static Duration idle(GatewayConfig config) {
        return config.upstreams().values().stream()
                .flatMap(upstream -> java.util.stream.Stream.of(upstream.responseTimeout(), upstream.idleTimeout()))
                .max(Duration::compareTo)
                .orElse(Duration.ZERO)
                .plus(IDLE_MARGIN);
    }

    private @Nullable EntitlementService startEntitlements(GatewayConfig config) {
        return EntitlementService.start(
                vertx,
                EntitlementSettings.of(secrets.database(), CacheSettings.from(config.gating()))
                        .withMigrationUrl(secrets.migration())
                        .withBounds(CacheBounds.DEFAULT.withDeadline(settings.databaseDeadline())),
                RedisTextKeeper.of(vertx, secrets.redis(), settings.redisDeadline()),
                registry);
    }

    private NodeCounters counters(EntitlementService service) {
        UsagePurge.daily(vertx, service.pool(), settings.usageHistory());
        return new NodeCounters(new PostgresCounters(service.pool(), settings.databaseDeadline(), registry), registry);
    }

    private AdminApi adminApi() {
        var service = entitlements;
        var shared = counters;
        if (service == null || shared == null) {
            return AdminApi.off("gating is off by the environment");
        }
        var access = new AdminApi.Access(() -> reload.current().config().admin(), keys::of, service::notReady);
        var parts = new AdminApi.Parts(
                () -> reload.current().config(),
                settings.gatingCap(),
                service.cache(),
                () -> LoopStages.ledger(vertx, secrets.redis(), settings, shared));
        return AdminApi.open(vertx, secrets.admin(), access, parts, registry, clock);
    }

    private Future<Void> tellOutside(GatewayConfig config) {
        return outside == null ? Future.succeededFuture() : outside.serve(config.events());
    }

    private void reconfigure(GatewayConfig config) {
        plugins.serves(config);
        conditions.update(config.upstreams(), config.targets().reserving(own));
        tellOutside(config);
        if (entitlements != null) {
            entitlements.cache().reconfigure(CacheSettings.from(config.gating()));
        }
    }

    private Optional<String> redisTrouble() {
        return edges.stream().flatMap(edge -> edge.trouble().stream()).findFirst();
    }

    /** The public listener's port. */
    public int port() {
        return edges.get(0).port();
    }

    public int adminPort() {
        return admin == null ? 0 : admin.port();
    }

    /** Completes when {@code /ready} first answers 200. */
    public Future<Void> ready() {
        var ready = Promise.<Void>promise();
        vertx.setPeriodic(READY_POLL.toMillis(), timer -> {
            if (readiness.ready() && vertx.cancelTimer(timer)) {
                ready.tryComplete();
            }
        });
        return ready.future();
    }

    /** Fails when this version's schema cannot be had, after which nothing will ever serve. */
    public Future<Void> migrated() {
        return entitlements == null ? Future.succeededFuture() : entitlements.loaded();
    }

    /** Looks at routes.yaml now; completes when what it holds serves, or was refused. */
    public Future<Void> checkRoutes() {
        return watch.check().mapEmpty();
    }

    /** Drains, then closes everything. */
    public Future<Void> drain() {
        LOG.info("Draining");
        Promise<Void> stopped = Promise.promise();
        new Drain(vertx, readiness, edges, this::endStreams, settings.drainDelay(), settings.drainTimeout())
                .run()
                .compose(drained -> vertx.undeploy(loopsDeployed))
                .compose(counted -> outside == null ? Future.succeededFuture() : outside.close())
                .compose(written -> adminApi.close())
                .compose(closed -> entitlements == null ? Future.succeededFuture() : entitlements.close())
                .compose(closed -> events == null ? Future.succeededFuture() : events.close())
                .compose(closed -> recalls == null ? Future.succeededFuture() : recalls.close())
                .onComplete(closed -> stop().onComplete(stopped));
        return stopped.future();
    }

    private Future<Void> endStreams() {
        return events == null ? Future.succeededFuture() : events.end();
    }

    /** The end of all event loops; what comes after it has to be told on no context of theirs. */
    private Future<Void> stop() {
        watch.close();
        conditions.close();
        keys.close();
        plugins.close();
        return vertx.close();
    }
}
