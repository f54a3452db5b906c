package dev.tiergate.api.admin;

import dev.tiergate.entitlement.EntitlementCache;
import dev.tiergate.identity.KeySource;
import dev.tiergate.limits.RedisUsageLedger;
import dev.tiergate.routes.AuthConfig;
import dev.tiergate.routes.GatewayConfig;
import dev.tiergate.routes.Mode;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The admin API: its operations, who may ask them, and its own connections to PostgreSQL. */
public final class AdminApi {

    /** Where it stands on the admin listener. */
    public static final String ROOT = "/api/v1/admin";

    private final @Nullable AdminDatabase database;
    private final @Nullable SharedLedger ledger;
    private final AdminRouter router;

    /**
     * @param rules how operators' tokens are verified; null while there is no admin identity
     * @param keys the keys that such rules name
     * @param notReady why nothing can be answered yet, in one clause
     */
    public record Access(
            Supplier<@Nullable AuthConfig> rules,
            Function<AuthConfig, KeySource> keys,
            Supplier<Optional<String>> notReady) {}

    /**
     * The parts of the gateway that operators look at and change.
     *
     * @param config what serves now
     * @param environment how much gating the environment allows
     * @param ledger opens the counters on the event loop that calls it
     */
    public record Parts(
            Supplier<GatewayConfig> config,
            Mode environment,
            EntitlementCache entitlements,
            Supplier<RedisUsageLedger> ledger) {}

    private AdminApi(@Nullable AdminDatabase database, @Nullable SharedLedger ledger, AdminRouter router) {
        this.database = database;
        this.ledger = ledger;
        this.router = router;
    }

    /**
     * Opens no connection to PostgreSQL before the first request.
     *
     * @param databaseUrl asked at each connection: {@code postgresql://…}, of a role that may edit the catalogue
     * @throws IllegalArgumentException when the URL cannot be read
     */
    public static AdminApi open(
            Vertx vertx,
            Supplier<String> databaseUrl,
            Access access,
            Parts parts,
            MeterRegistry registry,
            InstantSource clock) {
        var database = new AdminDatabase(vertx, databaseUrl);
        var ledger = new SharedLedger(vertx, parts.ledger());
        var identity = new AdminIdentity(vertx, access.rules(), access.keys(), registry, clock);
        var operations = operations(vertx, database, ledger, parts, clock);
        return new AdminApi(database, ledger, new AdminRouter(identity::identify, access.notReady(), operations));
    }

    /** Answers 503 to everything. */
    public static AdminApi off(String why) {
        return new AdminApi(
                null,
                null,
                new AdminRouter(
                        headers -> Future.failedFuture(new IllegalStateException("asked although it is off")),
                        () -> Optional.of(why),
                        List.of()));
    }

    static List<AdminOperation> operations(
            Vertx vertx, AdminDatabase database, SharedLedger ledger, Parts parts, InstantSource clock) {
        return Stream.of(
                        new Features(database).operations(),
                        new Overrides(database, clock).operations(),
                        new Tiers(database).operations(),
                        new Subscriptions(database).operations(),
                        new TierFeatures(database).operations(),
                        new Stores(database).operations(),
                        new Grants(database, clock).operations(),
                        new AuditLog(database).operations(),
                        new Gating(database, parts.config(), parts.environment()).operations(),
                        new Loggers(database, new LogbackLevels(vertx, clock)).operations(),
                        new UsageCounters(database, parts.entitlements(), ledger, clock).operations())
                .flatMap(List::stream)
                .toList();
    }

    /** What a store's own API writes; null where there is no admin API. */
    public @Nullable StoreWrites storeWrites() {
        return database == null ? null : new StoreWrites(new FeatureRoles(database), new OptIns(database));
    }

    /** Adds the operations below {@link #ROOT}, and the pages that describe them. They are served on one event loop. */
    public void mount(Router listener) {
        new ApiPages().mount(listener);
        router.mount(listener);
    }

    public Future<Void> close() {
        return database == null || ledger == null
                ? Future.succeededFuture()
                : Future.join(ledger.close(), database.close()).mapEmpty();
    }
}
