package dev.tiergate.entitlement;

import dev.tiergate.telemetry.MetricNames;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
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

    private static final Duration RETRY = Duration.ofMillis(500);

    private final Loading loading;
    private final EntitlementSettings settings;
    private final Pool pool;
    private final Snapshots snapshots;
    private final EntitlementCache cache;
    private final ChangeFeed feed;
    private final Promise<Void> loaded = Promise.promise();
    private volatile @Nullable String notReady = "waiting for PostgreSQL";
    private volatile boolean closed;

    private EntitlementService(Vertx vertx, EntitlementSettings settings, MeterRegistry registry) {
        this.loading = new Loading(vertx, vertx.getOrCreateContext());
        this.settings = settings;
        var options = DatabaseUrl.parse(settings.databaseUrl()).forVertx();
        this.pool = DatabasePool.open(
                vertx, options, settings.bounds().loads(), settings.bounds().waiting());
        var source = new PostgresSource(pool);
        this.snapshots = new Snapshots(loading, source, new ReportedRows(registry));
        this.cache =
                new EntitlementCache(loading, source, snapshots, settings.cache(), settings.bounds(), System::nanoTime);
        this.feed = new ChangeFeed(loading, source, snapshots, cache, options, settings.poll());
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
        var service = new EntitlementService(vertx, settings, registry);
        service.loading.run(service::migrate);
        return service;
    }

    private void migrate() {
        if (closed) {
            return;
        }
        var url = settings.migrationUrl() == null ? settings.databaseUrl() : settings.migrationUrl();
        loading.vertx()
                .executeBlocking(() -> Migrations.run(url), false)
                .onComplete(outcome -> loading.run(() -> {
                    if (outcome.succeeded()) {
                        load();
                    } else {
                        notMigrated(outcome.cause());
                    }
                }));
    }

    private void notMigrated(Throwable fault) {
        if (fault instanceof Migrations.UnreachableException) {
            again(String.valueOf(fault.getMessage()), this::migrate);
            return;
        }
        notReady = "a migration failed";
        LOG.error("The database cannot be brought to the schema of this version", fault);
        loaded.tryFail(fault);
    }

    private void load() {
        if (closed) {
            return;
        }
        snapshots
                .read()
                .onSuccess(catalogue -> {
                    notReady = null;
                    feed.start(catalogue.revision());
                    loaded.tryComplete();
                })
                .onFailure(fault -> again(Faults.describe(fault), this::load));
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
        return Optional.ofNullable(notReady);
    }

    /** True while PostgreSQL does not answer and stores are answered from memory. */
    public boolean sourceAway() {
        return cache.isSourceAway();
    }

    public Future<Void> close() {
        closed = true;
        Promise<Void> done = Promise.promise();
        loading.run(() -> {
            feed.close();
            pool.close().onComplete(done);
        });
        return done.future();
    }
}
