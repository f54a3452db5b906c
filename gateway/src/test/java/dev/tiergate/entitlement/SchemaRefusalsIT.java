package dev.tiergate.entitlement;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Statements that the schema refuses. Each leaves the database as it was, so they share one. */
class SchemaRefusalsIT {

    private static SqlDatabase database;

    @BeforeAll
    static void open() throws SQLException {
        database = SqlDatabase.migrated();
    }

    @AfterAll
    static void close() throws SQLException {
        database.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO tiers (code, name, display_order) VALUES ('Gold', 'Gold', 9)",
                "INSERT INTO tiers (code, name, display_order) VALUES ('gold', '', 9)",
                "INSERT INTO tiers (code, name, display_order) VALUES ('gold', 'Gold', 3)",
                "INSERT INTO tiers (code, name, display_order) VALUES ('business', 'Other', 9)",
                "INSERT INTO features (code, name, category) VALUES ('with space', 'X', 'team')",
                "INSERT INTO features (code, name, category) VALUES ('line', E'two\\nlines', 'team')",
                "INSERT INTO features (plan, code, name, category) VALUES ('other', 'webhooks', 'Twice', 'team')",
                "INSERT INTO tier_limits (tier_code, limit_code, limit_value) VALUES ('nosuch', 'orders', 1)",
                "UPDATE tier_limits SET limit_value = -2",
                "UPDATE features SET minimum_tier_code = 'nosuch' WHERE code = 'webhooks'",
                "UPDATE features SET dependencies = '{nosuch}' WHERE code = 'webhooks'",
                "UPDATE features SET dependencies = '{webhooks}' WHERE code = 'webhooks'",
                "DELETE FROM features WHERE code = 'basic_api'",
                "INSERT INTO stores (external_id, code, name, tier_code) VALUES ('a b', 'a', 'A', 'business')",
                "INSERT INTO stores (external_id, code, name, tier_code) VALUES ('a', 'a', 'A', 'nosuch')",
                "INSERT INTO stores (external_id, code, name, tier_code, status) VALUES ('a', 'a', 'A', 'business', '?')",
                "INSERT INTO stores (external_id, code, name, tier_code, time_zone) "
                        + "VALUES ('a', 'a', 'A', 'business', 'Europe/Nowhere')",
                "INSERT INTO stores (external_id, code, name, tier_code, time_zone) "
                        + "VALUES ('a', 'a', 'A', 'business', 'ABC+3')",
                "INSERT INTO audit_log (actor, action, entity, entity_id, revision) VALUES ('a', 'Look!', 'b', 'c', 1)"
            })
    void refuses(String statement) throws SQLException {
        database.run("UPDATE features SET dependencies = '{basic_api}' WHERE code = 'advanced_api'");
        assertThatThrownBy(() -> database.run(statement)).isInstanceOf(SQLException.class);
    }
}
