package dev.tiergate.entitlement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiergate.entitlement.StoresFile.InvalidStoresException;
import dev.tiergate.fixtures.Postgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** Files of stores into a real PostgreSQL. */
class StoresImportIT {

    /** Several batches, and far more than are told by name; what it takes grows with the number. */
    private static final int MANY = 100_000;

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
    void a_new_store_gets_defaults_and_a_known_one_keeps_what_is_not_named() throws Exception {
        assertThat(take("external_id,name,tier,period_anchor,time_zone\n101,Tea,business,2026-01-31,Europe/Berlin\n"))
                .isEqualTo(new StoresImport.Result(1, 0, 0));
        assertThat(one("101")).isEqualTo("101|Tea|orion|business|active|month|2026-01-31 00:00:00|Europe/Berlin");
        assertThat(take("tier,external_id,name\nenterprise,101,\n")).isEqualTo(new StoresImport.Result(0, 1, 0));
        assertThat(one("101")).isEqualTo("101|Tea|orion|enterprise|active|month|2026-01-31 00:00:00|Europe/Berlin");
    }

    @Test
    void a_line_that_says_what_is_there_changes_nothing() throws Exception {
        var file = "external_id,code,name,plan,tier,status,billing_interval,period_anchor,time_zone\n"
                + "101,tea,Tea,orion,business,active,year,2026-01-31T12:00:00+02:00,UTC\n";
        take(file);
        long revision = database.revision();
        assertThat(take(file.replace("12:00:00+02:00", "10:00:00Z"))).isEqualTo(new StoresImport.Result(0, 0, 1));
        assertThat(database.revision()).isEqualTo(revision);
    }

    @Test
    void a_dry_run_says_the_same_and_writes_nothing() throws Exception {
        database.store("102", "essential");
        long revision = database.revision();
        var text = "external_id,name,tier\n101,Tea,business\n102,Bike,essential\n";
        assertThat(StoresImport.run(database.url(), file(text), true, rows -> {}))
                .isEqualTo(new StoresImport.Result(1, 1, 0));
        assertThat(database.revision()).isEqualTo(revision);
        assertThat(take(text)).isEqualTo(new StoresImport.Result(1, 1, 0));
    }

    @Test
    void every_problem_is_listed_and_nothing_is_written() throws Exception {
        database.store("taken", "essential");
        database.store("special", "essential");
        database.run("INSERT INTO store_feature_overrides (store_id, feature_code, enabled) "
                + "SELECT id, 'webhooks', true FROM stores WHERE external_id = 'special'");
        CatalogueFile.importInto(database.url(), CatalogueFileIT.phoenix());
        assertThatThrownBy(() -> take("""
                        external_id,code,name,plan,tier
                        good,,Good,,business
                        a,,A,,no_such_tier
                        b,taken,B,,business
                        c@d,,C,,business
                        d,,,,business
                        special,,,phoenix,free
                        """))
                .isInstanceOf(InvalidStoresException.class)
                .hasMessage(String.join(
                        System.lineSeparator(),
                        "s.csv:3:7: the plan 'orion' has no tier 'no_such_tier'",
                        "s.csv:4:3: the code 'taken' is of the store 'taken'",
                        "s.csv:5:1: the store 'c@d' is new, and its id is no code: give it one",
                        "s.csv:6:1: the store 'd' is new, and needs a name",
                        "s.csv:7:11: the store has overrides or roles for features of its plan; end them first"));
        assertThat(database.only("SELECT count(*) FROM stores")).isEqualTo("2");
    }

    @Test
    void a_hundred_thousand_stores_go_in_at_once_and_every_node_is_told_a_hundred_and_one_times() throws Exception {
        var text = new StringBuilder("external_id,name,tier\n");
        for (int i = 0; i < MANY; i++) {
            text.append("s").append(i).append(",Store ").append(i).append(",essential\n");
        }
        var progress = new ArrayList<Integer>();
        try (var listener = DriverManager.getConnection(Postgres.jdbcUrl(database.url()))) {
            listener.createStatement().execute("LISTEN tiergate_entitlements");
            assertThat(StoresImport.run(database.url(), file(text.toString()), false, progress::add))
                    .isEqualTo(new StoresImport.Result(MANY, 0, 0));
            assertThat(progress).hasSize(20).endsWith(MANY);
            var told = told(listener);
            assertThat(told).hasSize(101).doesNotHaveDuplicates();
            assertThat(told.get(100)).endsWith(" *");
        }
    }

    private static List<String> told(java.sql.Connection listener) throws SQLException {
        var all = new ArrayList<String>();
        for (var notification : listener.unwrap(PGConnection.class).getNotifications(10_000)) {
            all.add(notification.getParameter());
        }
        return all;
    }

    private StoresImport.Result take(String text) throws Exception {
        return StoresImport.run(database.url(), file(text), false, rows -> {});
    }

    private static StoresFile file(String text) throws IOException, InvalidStoresException {
        return StoresFile.parse("s.csv", new BufferedReader(new StringReader(text)));
    }

    private String one(String id) throws SQLException {
        return database.only("SELECT concat_ws('|', external_id, name, plan, tier_code, status, billing_interval, "
                + "period_anchor AT TIME ZONE 'UTC', time_zone) FROM stores WHERE external_id = '" + id + "'");
    }
}
