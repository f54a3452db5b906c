package dev.tiergate.entitlement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiergate.fixtures.Postgres;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** What the schema itself refuses, keeps in step, and tells. */
class SchemaIT {

    private SqlDatabase database;

    @BeforeEach
    void open() throws SQLException {
        database = SqlDatabase.migrated();
    }

    @AfterEach
    void close() throws SQLException {
        database.close();
    }

    @Test
    void a_second_migration_finds_nothing_to_do() {
        assertThat(Migrations.run(database.url())).isZero();
    }

    @Test
    void orion_is_seeded_with_32_features_in_8_categories_and_three_limits() throws SQLException {
        assertThat(database.only("SELECT count(*) || '/' || count(DISTINCT category) FROM features"))
                .isEqualTo("32/8");
        assertThat(database.column("SELECT concat_ws(' ', code, price_monthly_cents, price_annual_cents) FROM tiers "
                        + "ORDER BY display_order"))
                .containsExactly(
                        "essential 2900 29000",
                        "professional 7900 79000",
                        "business 14900 149000",
                        "enterprise 39900 399000");
        assertThat(database.column("SELECT count(*) FROM tier_features GROUP BY tier_code ORDER BY 1"))
                .containsExactlyInAnyOrder("5", "15", "25", "32");
        assertThat(database.only("SELECT minimum_tier_code FROM features WHERE code = 'advanced_analytics'"))
                .isEqualTo("business");
        assertThat(database.column("SELECT concat_ws(' ', limit_code, limit_value) FROM tier_limits t JOIN tiers USING "
                        + "(plan) WHERE tiers.code = tier_code ORDER BY limit_code, display_order"))
                .containsExactly(
                        "orders 100",
                        "orders 500",
                        "orders 2000",
                        "orders -1",
                        "products 200",
                        "products 2000",
                        "products 10000",
                        "products -1",
                        "team_members 1",
                        "team_members 5",
                        "team_members 15",
                        "team_members -1");
    }

    @Test
    void a_cycle_that_two_writers_close_together_is_refused() throws SQLException {
        try (var other = DriverManager.getConnection(Postgres.jdbcUrl(database.url()))) {
            other.setAutoCommit(false);
            other.createStatement().execute("UPDATE features SET dependencies = '{webhooks}' WHERE code = 'basic_api'");
            database.connection().setAutoCommit(false);
            database.run("UPDATE features SET dependencies = '{basic_api}' WHERE code = 'webhooks'");
            other.commit();
            assertThatThrownBy(() -> database.connection().commit()).hasMessageContaining("would depend on itself");
        }
    }

    @Test
    void a_cycle_of_three_is_refused_however_it_is_closed() throws SQLException {
        database.run(
                "UPDATE features SET dependencies = '{basic_api}' WHERE code = 'advanced_api'",
                "UPDATE features SET dependencies = '{advanced_api}' WHERE code = 'webhooks'");
        assertThatThrownBy(
                        () -> database.run("UPDATE features SET dependencies = '{webhooks}' WHERE code = 'basic_api'"))
                .hasMessageContaining("would depend on itself");
        assertThat(database.only("SELECT dependencies FROM features WHERE code = 'basic_api'"))
                .isEqualTo("{}");
    }

    @ParameterizedTest
    @CsvSource({
        "essential, essential professional business enterprise",
        "professional, professional business enterprise",
        "enterprise, enterprise"
    })
    void a_new_minimum_assigns_from_it_upward_and_removes_below(String minimum, String holders) throws SQLException {
        database.run("UPDATE features SET minimum_tier_code = '" + minimum + "' WHERE code = 'webhooks'");
        assertThat(holders("webhooks")).containsExactly(holders.split(" "));
    }

    @Test
    void an_unchanged_minimum_touches_nothing() throws SQLException {
        database.run(
                "DELETE FROM tier_features WHERE feature_code = 'webhooks' AND tier_code = 'enterprise'",
                "UPDATE features SET minimum_tier_code = 'business', name = 'Hooks' WHERE code = 'webhooks'");
        assertThat(holders("webhooks")).containsExactly("business");
    }

    @Test
    void assignments_make_the_minimum() throws SQLException {
        database.run("INSERT INTO tier_features (tier_code, feature_code) VALUES ('essential', 'webhooks')");
        assertThat(minimum("webhooks")).isEqualTo("essential");
        assertThat(holders("webhooks")).containsExactly("essential", "business", "enterprise");
        database.run("DELETE FROM tier_features WHERE feature_code = 'webhooks' AND tier_code <> 'enterprise'");
        assertThat(minimum("webhooks")).isEqualTo("enterprise");
        database.run("DELETE FROM tier_features WHERE feature_code = 'webhooks'");
        assertThat(minimum("webhooks")).isEqualTo("null");
    }

    @Test
    void a_newly_assigned_tier_takes_the_limits_of_the_next_lower_holder() throws SQLException {
        database.run(
                "UPDATE features SET minimum_tier_code = 'business' WHERE code = 'basic_orders'",
                "DELETE FROM tier_features WHERE feature_code = 'basic_orders' AND tier_code = 'enterprise'",
                "UPDATE features SET minimum_tier_code = 'essential' WHERE code = 'basic_orders'");
        assertThat(database.column(
                        "SELECT tier_code || ' ' || limit_value FROM tier_limits JOIN tiers ON code = tier_code "
                                + "WHERE limit_code = 'orders' ORDER BY display_order"))
                .containsExactly("essential -1", "professional -1", "business 2000", "enterprise 2000");
    }

    @Test
    void a_tier_that_goes_gives_up_its_features() throws SQLException {
        database.run("DELETE FROM tiers WHERE code = 'business'");
        assertThat(minimum("webhooks")).isEqualTo("enterprise");
        database.store("s1", "essential");
        assertThatThrownBy(() -> database.run("DELETE FROM tiers WHERE code = 'essential'"))
                .isInstanceOf(SQLException.class);
    }

    @Test
    void a_new_order_makes_the_minimum_anew() throws SQLException {
        database.run("UPDATE tiers SET display_order = 9 WHERE code = 'business'");
        assertThat(minimum("webhooks")).isEqualTo("enterprise");
    }

    @Test
    void one_transaction_raises_one_revision_and_is_one_row_of_the_log() throws SQLException {
        var before = database.revision();
        database.together(
                "SELECT set_config('tiergate.actor', 'ann', true), set_config('tiergate.request_id', 'r-1', true)",
                "UPDATE features SET name = 'Hooks' WHERE code = 'webhooks'",
                "UPDATE features SET name = 'Hooked' WHERE code = 'webhooks'",
                "UPDATE features SET is_active = false WHERE code = 'white_label'");
        assertThat(database.revision()).isEqualTo(before + 1);
        assertThat(database.column("SELECT concat_ws(' ', actor, action, entity, entity_id, request_id, revision) "
                        + "FROM audit_log WHERE revision > " + before + " ORDER BY id"))
                .containsExactly("ann update features webhooks r-1 " + (before + 1));
        assertThat(database.column(
                        "SELECT concat_ws(' ', key, value ->> 'name', value ->> 'is_active') FROM audit_log, "
                                + "jsonb_each(before) WHERE revision > " + before + " ORDER BY 1"))
                .containsExactly("features/webhooks Webhooks true", "features/white_label White Label true");
        assertThat(database.column(
                        "SELECT concat_ws(' ', key, value ->> 'name', value ->> 'is_active') FROM audit_log, "
                                + "jsonb_each(after) WHERE revision > " + before + " ORDER BY 1"))
                .containsExactly("features/webhooks Hooked true", "features/white_label White Label false");
        database.run("UPDATE features SET name = 'Hooks 2' WHERE code = 'webhooks'");
        assertThat(database.revision()).isEqualTo(before + 2);
    }

    @Test
    void what_changes_nothing_raises_nothing() throws SQLException {
        var before = database.revision();
        database.run("UPDATE features SET name = name");
        assertThat(database.revision()).isEqualTo(before);
    }

    @Test
    void notifications_name_the_revision_and_the_store() throws SQLException {
        database.run("LISTEN tiergate_entitlements");
        database.store("s1", "essential");
        database.run(
                "UPDATE tiers SET name = 'Basic' WHERE code = 'essential'",
                "INSERT INTO store_feature_overrides (store_id, feature_code, enabled) SELECT id, 'webhooks', true FROM stores",
                "UPDATE stores SET external_id = 's2'",
                "DELETE FROM stores",
                "TRUNCATE stores CASCADE");
        var last = database.revision();
        assertThat(notifications())
                .containsExactly(
                        (last - 5) + " s1",
                        String.valueOf(last - 4),
                        (last - 3) + " s1",
                        (last - 2) + " s1",
                        (last - 2) + " s2",
                        (last - 1) + " s2",
                        last + " *");
    }

    @Test
    void an_override_is_of_the_stores_plan_and_its_limits_are_the_features() throws SQLException {
        database.run("INSERT INTO features (plan, code, name, category) VALUES ('other', 'else_where', 'X', 'team')");
        database.store("s1", "essential");
        assertThatThrownBy(() -> database.run("INSERT INTO store_feature_overrides (store_id, feature_code, enabled) "
                        + "SELECT id, 'else_where', true FROM stores"))
                .hasMessageContaining("plan");
        database.run("INSERT INTO store_feature_overrides (store_id, feature_code, enabled) "
                + "SELECT id, 'webhooks', true FROM stores");
        assertThatThrownBy(() -> database.run(
                        "INSERT INTO store_override_limits SELECT id, 'webhooks', 'orders', 5 " + "FROM stores"))
                .isInstanceOf(SQLException.class);
    }

    @Test
    void the_edge_reads_the_catalogue_and_writes_counters_only() throws SQLException {
        database.run("SET ROLE tg_edge");
        assertThat(database.only("SELECT count(*) FROM features")).isEqualTo("32");
        database.run("INSERT INTO usage_counters (store, scope, subject, limit_code, window_start, value) "
                + "VALUES ('s', 'store', 's', 'orders', now(), 1)");
        for (var refused : List.of(
                "UPDATE features SET is_active = false",
                "DELETE FROM stores",
                "SELECT * FROM audit_log",
                "UPDATE entitlement_revision SET revision = 0")) {
            assertThatThrownBy(() -> database.run(refused)).hasMessageContaining("permission denied");
        }
    }

    @Test
    void the_admin_changes_the_catalogue_and_cannot_change_what_was_audited() throws SQLException {
        database.run("SET ROLE tg_admin", "UPDATE features SET is_active = false WHERE code = 'webhooks'");
        assertThat(database.only("SELECT actor FROM audit_log ORDER BY id DESC LIMIT 1"))
                .isEqualTo("tg_admin");
        for (var refused : List.of("DELETE FROM audit_log", "UPDATE audit_log SET actor = 'x'", "TRUNCATE audit_log")) {
            assertThatThrownBy(() -> database.run(refused)).hasMessageContaining("permission denied");
        }
    }

    @Test
    void not_even_its_owner_changes_what_was_audited() throws SQLException {
        database.run("UPDATE features SET is_active = false WHERE code = 'webhooks'");
        for (var refused : List.of("DELETE FROM audit_log", "UPDATE audit_log SET actor = 'x'", "TRUNCATE audit_log")) {
            assertThatThrownBy(() -> database.run(refused)).hasMessageContaining("the audit log is not changed");
        }
    }

    @Test
    void what_the_admin_writes_into_the_log_gets_its_place_in_the_chain() throws SQLException {
        database.run(
                "SET ROLE tg_admin",
                "INSERT INTO audit_log (actor, action, entity, entity_id, revision, previous_hash, hash, at) "
                        + "VALUES ('me', 'note', 'x', 'y', 1, 'a', 'b', '2000-01-01')",
                "RESET ROLE");
        assertThat(database.only(
                        "SELECT at > now() - interval '1 hour' AND hash = (SELECT hash FROM audit_head) AND id = "
                                + "(SELECT last_id FROM audit_head) FROM audit_log WHERE action = 'note'"))
                .isEqualTo("t");
    }

    @Test
    void a_setting_does_not_hide_a_change() throws SQLException {
        var before = database.revision();
        database.together(
                "SELECT set_config('tiergate.recording', pg_current_xact_id()::text, true), "
                        + "set_config('tiergate.revision', pg_current_xact_id()::text || ':1', true)",
                "UPDATE features SET is_active = false WHERE code = 'webhooks'");
        assertThat(database.only("SELECT count(*) FROM audit_log WHERE revision = " + (before + 1)))
                .isEqualTo("1");
        assertThat(database.only("SELECT count(*) FROM pending_changes")).isEqualTo("0");
    }

    @Test
    void what_is_taken_back_to_a_savepoint_is_not_told() throws SQLException {
        var before = database.revision();
        database.together(
                "SAVEPOINT a",
                "UPDATE features SET name = 'Wrong' WHERE code = 'webhooks'",
                "ROLLBACK TO a",
                "UPDATE features SET name = 'Right' WHERE code = 'white_label'");
        assertThat(database.column("SELECT entity_id FROM audit_log WHERE revision > " + before))
                .containsExactly("white_label");
    }

    @Test
    void what_is_granted_is_what_is_listed() throws Exception {
        var granted = new ArrayList<>(
                database.column(
                        "SELECT concat_ws(' ', grantee, table_name, string_agg(privilege_type, ',' "
                                + "ORDER BY privilege_type)) FROM information_schema.role_table_grants WHERE grantee LIKE 'tg\\_%' "
                                + "AND table_schema = current_schema() GROUP BY grantee, table_name ORDER BY grantee, table_name"));
        granted.addAll(database.column("SELECT concat_ws(' ', grantee, routine_name || '()', privilege_type) "
                + "FROM information_schema.role_routine_grants WHERE grantee LIKE 'tg\\_%' ORDER BY 1"));
        granted.addAll(
                database.column(
                        "SELECT concat_ws(' ', rolname, 'super', rolsuper, 'bypassrls', rolbypassrls, 'login', "
                                + "rolcanlogin, 'createrole', rolcreaterole, 'createdb', rolcreatedb, 'connections', rolconnlimit, "
                                + "array_to_string(rolconfig, ',')) FROM pg_roles WHERE rolname LIKE 'tg\\_%' ORDER BY rolname"));
        try (var listed = SchemaIT.class.getResourceAsStream("/grants.txt")) {
            assertThat(granted)
                    .containsExactlyElementsOf(new String(listed.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .toList());
        }
    }

    @Test
    void no_role_of_ours_bypasses_anything() throws SQLException {
        assertThat(database.column("SELECT concat_ws(' ', rolname, rolsuper, rolbypassrls, rolcanlogin) FROM pg_roles "
                        + "WHERE rolname LIKE 'tg\\_%' ORDER BY 1"))
                .containsExactly("tg_admin f f f", "tg_edge f f f", "tg_owner f f f");
    }

    private List<String> holders(String feature) throws SQLException {
        return database.column("SELECT tier_code FROM tier_features JOIN tiers ON tiers.code = tier_code "
                + "WHERE feature_code = '" + feature + "' ORDER BY display_order");
    }

    private String minimum(String feature) throws SQLException {
        return database.only("SELECT minimum_tier_code FROM features WHERE code = '" + feature + "'");
    }

    private List<String> notifications() throws SQLException {
        return Arrays.stream(database.connection().unwrap(PGConnection.class).getNotifications(5_000))
                .map(PGNotification::getParameter)
                .toList();
    }
}
