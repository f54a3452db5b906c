package dev.tiergate.entitlement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Entitlements;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two gateways on one PostgreSQL: what is committed is in force on both within a second. */
class ChangeFeedIT {

    private static final Duration IN_FORCE = Duration.ofSeconds(1);
    /** So seldom that no test sees it: what happens is the notifications' doing. */
    private static final Duration NEVER = Duration.ofHours(1);

    private final Vertx vertx = Vertx.vertx();
    private SqlDatabase database;
    private List<EntitlementService> gateways = List.of();

    @BeforeEach
    void open() throws SQLException {
        database = SqlDatabase.migrated();
        database.store("s1", "essential");
    }

    @AfterEach
    void close() throws SQLException {
        gateways.forEach(gateway -> Waiting.get(gateway.close()));
        database.close();
        Waiting.get(vertx.close());
    }

    @Test
    void a_paid_upgrade_is_in_force_everywhere_within_a_second() throws SQLException {
        start(NEVER);
        assertThat(all(tier("essential"))).isTrue();
        database.run("UPDATE stores SET tier_code = 'business'");
        assertInForce(tier("business"));
    }

    @Test
    void an_override_and_its_limits_are_in_force_everywhere_within_a_second() throws SQLException {
        start(NEVER);
        assertThat(all(may("webhooks"))).isFalse();
        database.together(
                "INSERT INTO store_feature_overrides (store_id, feature_code, enabled) SELECT id, 'webhooks', true FROM stores",
                "INSERT INTO store_feature_overrides (store_id, feature_code, enabled) "
                        + "SELECT id, 'basic_orders', true FROM stores",
                "INSERT INTO store_override_limits SELECT id, 'basic_orders', 'orders', 7 FROM stores");
        assertInForce(may("webhooks")
                .and(store -> store.limit("orders", Instant.now()).orElseThrow().value() == 7));
        database.run("DELETE FROM store_feature_overrides");
        assertInForce(may("webhooks").negate());
    }

    @Test
    void a_switched_off_feature_is_off_everywhere_within_a_second() throws SQLException {
        start(NEVER);
        assertThat(all(may("basic_orders"))).isTrue();
        database.run("UPDATE features SET is_active = false WHERE code = 'basic_orders'");
        assertInForce(may("basic_orders").negate());
        database.run("UPDATE features SET is_active = true WHERE code = 'basic_orders'");
        assertInForce(may("basic_orders"));
    }

    @Test
    void a_store_that_was_unknown_is_known_within_a_second() throws SQLException {
        start(NEVER);
        gateways.forEach(
                gateway -> assertThat(Waiting.get(gateway.cache().find("s2"))).isInstanceOf(Lookup.Unknown.class));
        database.store("s2", "business");
        assertThat(Waiting.until(
                        "s2 is known",
                        () -> gateways.stream()
                                .allMatch(gateway -> Waiting.get(gateway.cache().find("s2")) instanceof Lookup.Found)))
                .isLessThan(IN_FORCE);
        database.run("DELETE FROM stores WHERE external_id = 's2'");
        assertThat(Waiting.until(
                        "s2 is gone",
                        () -> gateways.stream()
                                .allMatch(
                                        gateway -> Waiting.get(gateway.cache().find("s2")) instanceof Lookup.Unknown)))
                .isLessThan(IN_FORCE);
    }

    @Test
    void a_new_tier_and_a_store_of_it_come_in_one_transaction() throws SQLException {
        start(NEVER);
        assertThat(all(tier("essential"))).isTrue();
        database.together(
                "INSERT INTO tiers (code, name, display_order) VALUES ('gold', 'Gold', 9)",
                "UPDATE stores SET tier_code = 'gold'");
        assertInForce(tier("gold"));
    }

    @Test
    void a_listener_that_is_cut_off_listens_again_and_misses_nothing() throws SQLException {
        start(NEVER);
        assertThat(all(tier("essential"))).isTrue();
        // The change is committed while nobody listens: its notification is lost.
        database.together(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
                        + "AND query LIKE 'LISTEN%'",
                "UPDATE stores SET tier_code = 'business'");
        Waiting.until("both listen again", () -> all(tier("business")));
        database.run("UPDATE stores SET tier_code = 'enterprise'");
        assertInForce(tier("enterprise"));
    }

    @Test
    void a_notification_that_never_came_is_found_by_the_poll() throws SQLException {
        start(Duration.ofMillis(100));
        assertThat(all(tier("essential").and(may("basic_orders")))).isTrue();
        database.unchecked(
                "UPDATE stores SET tier_code = 'business'",
                "UPDATE features SET is_active = false WHERE code = 'basic_orders'",
                "UPDATE entitlement_revision SET revision = revision + 1");
        Waiting.until(
                "the change is in force",
                () -> all(tier("business").and(may("basic_orders").negate())));
    }

    @Test
    void a_gap_between_two_revisions_reads_all_again() throws SQLException {
        start(NEVER);
        assertThat(all(tier("essential"))).isTrue();
        database.unchecked(
                "UPDATE stores SET tier_code = 'business'", "UPDATE entitlement_revision SET revision = revision + 1");
        database.run("UPDATE features SET name = 'Hooks' WHERE code = 'webhooks'");
        assertInForce(tier("business"));
    }

    @Test
    void revisions_that_began_anew_are_noticed() throws SQLException {
        start(Duration.ofMillis(100));
        assertThat(all(tier("essential"))).isTrue();
        database.unchecked(
                "UPDATE stores SET tier_code = 'business'",
                "UPDATE features SET is_active = false WHERE code = 'basic_orders'",
                "UPDATE entitlement_revision SET revision = 1");
        Waiting.until(
                "the older state is in force",
                () -> all(tier("business").and(may("basic_orders").negate())));
    }

    @Test
    void many_changes_in_a_row_end_in_the_last() throws SQLException {
        start(NEVER);
        for (int i = 0; i < 100; i++) {
            assertThat(gateways).allSatisfy(gateway -> gateway.cache().find("s1"));
            database.run("UPDATE stores SET tier_code = '" + (i % 2 == 0 ? "business" : "essential") + "'");
        }
        database.run("UPDATE stores SET tier_code = 'professional'");
        assertInForce(tier("professional"));
    }

    private void start(Duration poll) {
        var defaults = EntitlementSettings.of(database.url(), CacheSettings.DEFAULT);
        var settings = new EntitlementSettings(
                defaults.databaseUrl(), defaults.migrationUrl(), defaults.cache(), generous(defaults.bounds()), poll);
        gateways = List.of(
                EntitlementService.start(vertx, settings, new SimpleMeterRegistry()),
                EntitlementService.start(vertx, settings, new SimpleMeterRegistry()));
        gateways.forEach(gateway -> Waiting.get(gateway.loaded()));
        Waiting.until("both listen", () -> listeners() == 2);
    }

    /** A busy machine may take longer than a gateway would wait. */
    private static CacheBounds generous(CacheBounds bounds) {
        return new CacheBounds(
                bounds.stores(),
                bounds.unknown(),
                NEVER,
                bounds.loads(),
                bounds.waiting(),
                Duration.ofSeconds(5),
                bounds.retry());
    }

    private int listeners() {
        try {
            return Integer.parseInt(database.only("SELECT count(*) FROM pg_stat_activity "
                    + "WHERE datname = current_database() AND query LIKE 'LISTEN%' AND state = 'idle'"));
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private void assertInForce(Predicate<Entitlements> expected) {
        assertThat(Waiting.until("the change is in force", () -> all(expected))).isLessThan(IN_FORCE);
    }

    private boolean all(Predicate<Entitlements> expected) {
        return gateways.stream()
                .map(gateway -> Waiting.get(gateway.cache().find("s1")))
                .allMatch(lookup -> lookup instanceof Lookup.Found found && expected.test(found.entitlements()));
    }

    private static Predicate<Entitlements> tier(String code) {
        return store -> store.tier().code().equals(code);
    }

    private static Predicate<Entitlements> may(String feature) {
        return store -> store.availability(feature, Instant.now()).available();
    }
}
