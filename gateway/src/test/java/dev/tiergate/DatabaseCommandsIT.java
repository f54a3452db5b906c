package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Ports;
import dev.tiergate.fixtures.Postgres;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that work on a database, from the outside: what they print, and how they end. */
class DatabaseCommandsIT {

    private static final String SHOP = """
            version: 1
            plan: shop
            tiers: [ { code: low, name: Low }, { code: high, name: High } ]
            features:
              - { code: one, name: One, category: core, minimum-tier: low,
                  limits: [ { code: ones, name: Ones, window: day, values: { low: 1, high: 2 } } ] }
              - { code: two, name: Two, category: core, minimum-tier: high }
            """;

    @TempDir
    Path folder;

    private String database;
    private Path env;

    @BeforeEach
    void createDatabase() throws IOException {
        database = Postgres.shared().createDatabase();
        env = Files.writeString(folder.resolve("env"), "TIERGATE_DATABASE_URL=" + database + "\n");
    }

    @Test
    void migrate_makes_the_schema_once() throws IOException {
        assertThat(run("migrate")).startsWith("exit 0").contains("ran; the schema is up to date");
        assertThat(run("migrate")).isEqualTo("exit 0\nThe schema is up to date\n");
    }

    @Test
    void an_import_says_what_changes_and_for_how_many_stores_and_a_second_one_changes_nothing() throws Exception {
        run("migrate");
        assertThat(run("catalog", "import", shop(SHOP))).startsWith("exit 0").contains("5 added, 0 changed, 0 removed");
        sql("INSERT INTO stores (external_id, code, name, plan, tier_code) SELECT 's' || i, 's' || i, 'S', 'shop', "
                + "CASE WHEN i <= 3 THEN 'low' ELSE 'high' END FROM generate_series(1, 5) i");
        assertThat(run("catalog", "import", shop(SHOP))).isEqualTo("exit 0\nPlan shop: nothing to change\n");

        var changed = SHOP.replace("low: 1", "low: 7").replace("name: Two", "name: Both");
        assertThat(run("catalog", "import", "--dry-run", shop(changed)))
                .startsWith("exit 0")
                .containsPattern("(?m)^~ limit ones +3 stores$")
                .contains("    values.low: 1 -> 7\n")
                .containsPattern("(?m)^~ feature two +2 stores$")
                .contains("    name: Two -> Both\n", "would be 0 added, 2 changed, 0 removed");
        assertThat(run("catalog", "diff", shop(SHOP)))
                .isEqualTo("exit 0\nPlan shop: the database and the file are equal\n");
        assertThat(run("catalog", "diff", shop(changed))).startsWith("exit 1").contains("differs; 0 added, 2 changed");
        assertThat(run("catalog", "import", shop(changed)))
                .contains("0 added, 2 changed, 0 removed, in force with revision");
        assertThat(run("catalog", "diff", shop(changed))).startsWith("exit 0");
    }

    @Test
    void what_the_file_does_not_name_stays_unless_it_is_to_be_pruned() throws Exception {
        run("migrate");
        run("catalog", "import", shop(SHOP));
        sql("INSERT INTO stores (external_id, code, name, plan, tier_code) VALUES ('s1', 's1', 'S', 'shop', 'high')");
        var less = SHOP.replace(", { code: high, name: High }", "")
                .replace(", high: 2", "")
                .replace("  - { code: two, name: Two, category: core, minimum-tier: high }\n", "");
        assertThat(run("catalog", "import", shop(less)))
                .startsWith("exit 0")
                .contains("Not in the file, and left as it is: tier high, feature two", "nothing to change");
        assertThat(run("catalog", "diff", shop(less))).startsWith("exit 1").contains("- feature two", "- tier high");
        assertThat(run("catalog", "import", "--prune", shop(less)))
                .startsWith("exit 1")
                .contains("The tier high cannot be removed while stores have it");
        sql("UPDATE stores SET tier_code = 'low'");
        assertThat(run("catalog", "import", "--prune", shop(less)))
                .startsWith("exit 0")
                .contains("0 added, 2 changed, 2 removed");
        assertThat(run("catalog", "diff", shop(less))).startsWith("exit 0");
    }

    @Test
    void export_writes_files_that_import_takes_and_that_come_out_the_same() throws Exception {
        run("migrate");
        assertThat(run("catalog", "export", "--plan", "shop"))
                .startsWith("exit 1")
                .contains("no plan shop");
        run("catalog", "import", Docs.root().resolve("catalogues/phoenix.yaml").toString());
        assertThat(run("catalog", "export")).startsWith("exit 2").contains("orion, phoenix", "--plan");
        assertThat(run("catalog", "export", "--output", folder.toString())).startsWith("exit 0");
        var another = Files.writeString(
                folder.resolve("other"),
                "TIERGATE_DATABASE_URL=" + Postgres.shared().createDatabase() + "\n");
        run(another, "migrate");
        for (var plan : new String[] {"orion", "phoenix"}) {
            var file = folder.resolve(plan + ".yaml");
            assertThat(run("catalog", "diff", file.toString())).startsWith("exit 0");
            assertThat(run(another, "catalog", "import", "--prune", file.toString()))
                    .startsWith("exit 0");
            assertThat(run(another, "catalog", "export", "--plan", plan))
                    .isEqualTo("exit 0\n" + Files.readString(file));
        }
    }

    @Test
    void the_file_of_orion_is_what_the_migrations_write() throws Exception {
        run("migrate");
        var file = Docs.root().resolve("catalogues/orion.yaml");
        assertThat(run("catalog", "diff", file.toString())).startsWith("exit 0");
        assertThat(run("catalog", "export", "--plan", "orion")).isEqualTo("exit 0\n" + Files.readString(file));
    }

    @Test
    void stores_are_added_and_changed_and_a_second_import_changes_nothing() throws Exception {
        run("migrate");
        var file = Files.writeString(
                folder.resolve("stores.csv"), "external_id,name,tier\n101,Tea,business\n102,Bike,essential\n");
        assertThat(run("stores", "import", "--dry-run", file.toString()))
                .contains("would be 2 added, 0 changed, 0 unchanged");
        assertThat(run("stores", "import", file.toString())).contains("2 added, 0 changed, 0 unchanged");
        assertThat(run("stores", "import", file.toString())).contains("0 added, 0 changed, 2 unchanged");
        Files.writeString(file, "external_id,tier\n101,enterprise\n102,no_such_tier\n103,essential\n");
        assertThat(run("stores", "import", file.toString()))
                .startsWith("exit 2")
                .contains(
                        "stores.csv:3:5: the plan 'orion' has no tier 'no_such_tier'",
                        "stores.csv:4:1: the store '103' is new, and needs a name",
                        "Nothing was written");
    }

    @Test
    void old_counters_are_deleted_and_levels_grants_and_what_is_young_enough_stay() throws Exception {
        run("migrate");
        sql("INSERT INTO usage_counters (store, scope, subject, limit_code, window_start, window_end, value) "
                + "SELECT 's' || i, 'store', 's' || i, 'orders', now() - interval '41 days', "
                + "now() - interval '10 days' + (CASE WHEN i = 1 THEN interval '1 minute' ELSE interval '-1 minute' END), 1 "
                + "FROM generate_series(1, 2501) i");
        sql("INSERT INTO usage_counters (store, scope, subject, limit_code, window_start, value) "
                + "VALUES ('s1', 'store', 's1', 'products', '1970-01-01', 7)");
        sql("INSERT INTO stores (external_id, code, name, tier_code) VALUES ('s1', 's1', 'Tea', 'business')");
        sql(
                "INSERT INTO credit_grants (store_id, limit_code, reference, amount) SELECT id, 'orders', 'r', 9 FROM stores");
        sql("INSERT INTO usage_counters (store, scope, subject, limit_code, window_start, window_end, value) "
                + "SELECT 's1', 'grant', subject, 'orders', '1970-01-01', now() - interval '41 days', 7 "
                + "FROM (SELECT id::text AS subject FROM credit_grants UNION SELECT 'none') grants");

        assertThat(run("usage", "purge", "--help")).contains("Default: " + Setting.USAGE_HISTORY_DAYS.fallback());
        assertThat(run("usage", "purge", "--older-than", "10", "--dry-run"))
                .isEqualTo("exit 0\nwould delete 2,501 counters\n");
        assertThat(run("usage", "purge", "--older-than", "10"))
                .startsWith("exit 0")
                .contains("2,000 counters deleted so far")
                .contains("deleted 2,501 counters");
        assertThat(run("usage", "purge", "--older-than", "10")).contains("deleted 0 counters");
        assertThat(run("usage", "purge", "--older-than", "-1"))
                .startsWith("exit 2")
                .contains("from 0");
        assertThat(run("usage", "purge", "--older-than", "9", "--dry-run")).contains("would delete 1 counter");
    }

    @Test
    void events_that_were_given_up_are_listed_and_sent_again() throws Exception {
        run("migrate");
        sql("INSERT INTO outbox (sink, event_id, topic, store, payload, occurred_at, window_end, attempts, created_at, "
                + "last_error, given_up_at) SELECT sink, 'e' || sink, 'limit-reached', '42', '{}', now(), now(), 7, "
                + "now() - interval '90000 s', E'it answered\n500', CASE WHEN sink <> 'wait' THEN now() END "
                + "FROM unnest('{crm,ops,wait}'::text[]) sink");

        assertThat(run("outbox", "list"))
                .startsWith("exit 0")
                .contains("  crm  limit-reached  42  9000", "  7  it answered 500\n", "  ops  ")
                .doesNotContain("  wait  ");
        assertThat(run("outbox", "list", "--state", "waiting"))
                .contains("  wait  ")
                .doesNotContain("  crm  ");
        assertThat(run("outbox", "list", "--limit", "1").lines()).hasSize(2);
        assertThat(run("outbox", "list", "--sink", "crm")).contains("  crm  ").doesNotContain("  ops  ");
        assertThat(run("outbox", "list", "--state", "lost"))
                .startsWith("exit 2")
                .contains("found lost");
        assertThat(run("outbox", "list", "--limit", "0")).startsWith("exit 2").contains("from 1");

        assertThat(run("outbox", "retry", "--sink", "crm", "--id", "0")).contains("to be sent again: 0 events");
        assertThat(run("outbox", "retry", "--sink", "crm")).contains("to be sent again: 1 event\n");
        assertThat(run("outbox", "list", "--state", "waiting"))
                .as("with a new age and no attempt")
                .containsPattern("  crm  limit-reached  42  \\d{1,3}s  0  ");
        assertThat(run("outbox", "retry")).contains("to be sent again: 1 event\n");
        assertThat(run("outbox", "list")).isEqualTo("exit 0\n");
    }

    @Test
    void a_bad_file_a_missing_one_and_a_database_that_is_away_have_their_exit_codes_and_no_stack_trace()
            throws Exception {
        run("migrate");
        assertThat(run("catalog", "import", shop("version: 1\nplan: shop\ntiers: [ { code: LOW } ]\n")))
                .startsWith("exit 2")
                .contains("catalogue.yaml:3:18: a code has lower-case letters", "1 problem");
        assertThat(run("catalog", "diff", "/no/such.yaml")).isEqualTo("exit 2\n/no/such.yaml: there is no such file\n");
        assertThat(run("stores", "import", "/no/such.csv")).isEqualTo("exit 2\n/no/such.csv: there is no such file\n");
        assertThat(run("catalog")).startsWith("exit 2").contains("Which one?");

        var away = Files.writeString(
                folder.resolve("away"),
                "TIERGATE_DATABASE_URL=postgresql://me:canary@127.0.0.1:" + Ports.free() + "/x\n");
        for (var command : new String[] {"migrate", "catalog export", "stores import " + shop(SHOP)}) {
            assertThat(run(away, command.split(" ")))
                    .as(command)
                    .doesNotContain("canary", "\tat ")
                    .startsWith(command.startsWith("stores") ? "exit 2" : "exit 3");
        }
        var unset = Files.writeString(folder.resolve("unset"), "");
        assertThat(run(unset, "migrate")).startsWith("exit 2").contains("Set TIERGATE_MIGRATION_DATABASE_URL, or else");
        assertThat(run(env, "catalog", "export", "--plan", "orion")).startsWith("exit 0");
        sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        assertThat(run("catalog", "export")).startsWith("exit 1").contains("run tiergate migrate first");
    }

    private String shop(String text) throws IOException {
        return Files.writeString(folder.resolve("catalogue.yaml"), text).toString();
    }

    private void sql(String statement) throws SQLException {
        try (var connection = DriverManager.getConnection(Postgres.jdbcUrl(database));
                var prepared = connection.createStatement()) {
            prepared.execute(statement);
        }
    }

    private String run(String... args) {
        return run(env, args);
    }

    private static String run(Path env, String... args) {
        var out = new StringWriter();
        var writer = new PrintWriter(out, true);
        var all = Stream.concat(Arrays.stream(args), Stream.of("--env-file", env.toString()));
        var code = Main.commandLine()
                .setOut(writer)
                .setErr(writer)
                .execute(args.length == 1 && args[0].equals("catalog") ? args : all.toArray(String[]::new));
        return "exit " + code + "\n" + out;
    }
}
