package dev.tiergate.entitlement;

import dev.tiergate.telemetry.MetricNames;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens PostgreSQL, migrates it, loads the catalogue and follows its changes. Until that is done every lookup is
 * unavailable; a database that cannot be reached is tried for ever.
 */
public final class EntitlementService {

    private static final Logger LOG = LoggerFactory.getLogger(EntitlementService.class);

    private static final Duration RETRY = Duration.ofMillis(250);
    /** How long the copy of a catalogue that did not change is left as it is. */
    private static final Duration LONGEST_UNCONFIRMED = Duration.ofMinutes(1);

    private final Loading loading;
    private final EntitlementSettings settings;
    private final Pool pool;
    private final TextKeeper texts;
    private final OnceMigrated source;
    private final Snapshots snapshots;
    private final EntitlementCache cache;
    private final ChangeFeed feed;
    private final Promise<Void> loaded = Promise.promise();
    private volatile @Nullable String notReady = "waiting for PostgreSQL";
    private volatile boolean fromCopies;
    private volatile boolean closed;

    private EntitlementService(Vertx vertx, EntitlementSettings settings, TextKeeper texts, MeterRegistry registry) {
        this.loading = new Loading(vertx, vertx.getOrCreateContext());
        this.settings = settings;
        DatabaseUrl.parse(settings.databaseUrl().get());
        this.pool = DatabasePool.forLoads(
                vertx,
                this::options,
                settings.bounds().loads(),
                settings.bounds().waiting());
        this.texts = texts;
        this.source = new OnceMigrated(new PostgresSource(pool));
        var kept = new EntitlementCopies(texts, InstantSource.system(), this::maxStale, registry);
        this.snapshots = new Snapshots(loading, source, new ReportedRows(registry), kept);
        this.cache = new EntitlementCache(
                loading, source, snapshots, settings.cache(), settings.bounds(), System::nanoTime, kept);
        this.feed = new ChangeFeed(loading, source, snapshots, cache, this::options, settings.poll());
        registry.gauge(MetricNames.ENTITLEMENTS_SOURCE_AWAY, cache, known -> known.isSourceAway() ? 1 : 0);
        registry.gauge(MetricNames.ENTITLEMENTS_CACHED_STORES, cache, EntitlementCache::size);
        registry.gauge(
                MetricNames.ENTITLEMENTS_REVISION,
                cache,
                known -> known.catalogue().map(Catalogue::revision).orElse(0L));
    }

    /**
     * Begins; returns at once.
     *
     * @throws IllegalArgumentException when a URL cannot be read
     */
    public static EntitlementService start(Vertx vertx, EntitlementSettings settings, MeterRegistry registry) {
        return start(vertx, settings, TextKeeper.NONE, registry);
    }

    /**
     * The same with copies: while PostgreSQL is away at the start, stores are answered from those that there are.
     *
     * @param texts keeps the copies, of this service alone
     */
    public static EntitlementService start(
            Vertx vertx, EntitlementSettings settings, TextKeeper texts, MeterRegistry registry) {
        var service = new EntitlementService(vertx, settings, texts, registry);
        service.loading.run(service::migrate);
        return service;
    }

    /** What else this node keeps in PostgreSQL goes over the same few connections. */
    public Pool pool() {
        return pool;
    }

    /** Asked when it is needed: routes.yaml can change it. */
    private Duration maxStale() {
        return cache.settings().maxStale();
    }

    private PgConnectOptions options() {
        return DatabaseUrl.parse(settings.databaseUrl().get()).forVertx();
    }

    private void migrate() {
        if (closed) {
            return;
        }
        var url = settings.migrationUrl().get();
        loading.vertx()
                .executeBlocking(() -> Migrations.run(url), false)
                .onComplete(outcome -> loading.run(() -> {
                    if (outcome.succeeded()) {
                        source.open();
                        load();
                    } else {
                        notMigrated(outcome.cause());
                    }
                }));
    }

    private void notMigrated(Throwable fault) {
        if (fault instanceof Migrations.UnreachableException) {
            again(String.valueOf(fault.getMessage()), this::migrate);
            serveCopies();
            return;
        }
        fromCopies = false;
        notReady = "a migration failed";
        LOG.error("The database cannot be brought to the schema of this version", fault);
        loaded.tryFail(fault);
    }

    private void load() {
        if (closed) {
            return;
        }
        var before = snapshots.current();
        snapshots
                .read()
                .onSuccess(catalogue -> {
                    if (before != null && catalogue.revision() < before.revision()) {
                        // the copies were of a database before it was restored
                        cache.forgetAll();
                    }
                    notReady = null;
                    fromCopies = false;
                    cache.sourceAway(false);
                    feed.start(catalogue.revision());
                    loaded.tryComplete();
                    confirmLater();
                })
                .onFailure(fault -> {
                    again(PostgresFaults.describe(fault), this::load);
                    serveCopies();
                });
    }

    private void serveCopies() {
        if (snapshots.current() == null) {
            snapshots.readCopy().onSuccess(found -> {
                if (found && notReady != null) {
                    fromCopies = true;
                    cache.sourceAway(true);
                }
            });
        }
    }

    /** A catalogue seldom changes, and its copy must not grow old for that. */
    private void confirmLater() {
        var quarter = maxStale().dividedBy(4);
        var pause = quarter.compareTo(LONGEST_UNCONFIRMED) < 0 ? quarter : LONGEST_UNCONFIRMED;
        loading.after(pause.compareTo(RETRY) < 0 ? RETRY : pause, () -> {
            if (!closed) {
                if (!cache.isSourceAway()) {
                    snapshots.leaveCopy();
                }
                confirmLater();
            }
        });
    }

    private void again(String why, Runnable step) {
        if (!why.equals(notReady)) {
            LOG.warn("Not ready, and trying on: {}", why);
        }
        notReady = why;
        loading.after(RETRY, step);
    }

    /** For all event loops. */
    public EntitlementCache cache() {
        return cache;
    }

    /** Completes when the first catalogue is loaded; fails with {@link Migrations.MigrationFailedException} only. */
    public Future<Void> loaded() {
        return loaded.future();
    }

    /** Why gated routes cannot be answered yet, in one clause with nothing secret in it; empty when they can. */
    public Optional<String> notReady() {
        return fromCopies ? Optional.empty() : Optional.ofNullable(notReady);
    }

    /** What is wrong while stores are answered nevertheless, in one clause; empty when all is well. */
    public Optional<String> degraded() {
        var why = notReady;
        if (fromCopies && why != null) {
            return Optional.of("stores are answered from copies: " + why);
        }
        return sourceAway() ? Optional.of("PostgreSQL does not answer") : Optional.empty();
    }

    /** True while PostgreSQL does not answer and stores are answered from memory. */
    public boolean sourceAway() {
        return cache.isSourceAway();
    }

    /** How well this node knows what stores may use. */
    public EntitlementsRung rung() {
        if (notReady().isPresent()) {
            return EntitlementsRung.DOWN;
        }
        var rung = cache.rung();
        return fromCopies && rung == EntitlementsRung.STALE ? EntitlementsRung.COPY : rung;
    }

    public Future<Void> close() {
        closed = true;
        Promise<Void> done = Promise.promise();
        loading.run(() -> {
            feed.close();
            Future.join(pool.close(), texts.close()).<Void>mapEmpty().onComplete(done);
        });
        return done.future();
    }

    /** Asks nothing of a schema that may be another version's. */
    private static final class OnceMigrated implements EntitlementSource {

        private final EntitlementSource source;
        private volatile boolean open;

        OnceMigrated(EntitlementSource source) {
            this.source = source;
        }

        void open() {
            open = true;
        }

        @Override
        public Future<CatalogueRows> catalogue() {
            return open ? source.catalogue() : Future.failedFuture("not migrated yet");
        }

        @Override
        public Future<LoadedStore> store(String externalId) {
            return open ? source.store(externalId) : Future.failedFuture("not migrated yet");
        }

        @Override
        public Future<Long> revision() {
            return open ? source.revision() : Future.failedFuture("not migrated yet");
        }
    }
}
