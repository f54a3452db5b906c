package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.entitlement.MigratedDatabase;
import dev.tiergate.fixtures.Postgres;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code tiergate audit verify}: what it says of a log that is whole, and of one that somebody was at. */
class AuditVerifyIT {

    /** More than are read at a time. */
    private static final int CHANGES = 1100;

    @TempDir
    private Path folder;

    private static String written;

    private String database;

    @BeforeAll
    static void write() throws SQLException {
        written = MigratedDatabase.create();
        sql(
                written,
                "DO $$ BEGIN FOR i IN 1.." + CHANGES
                        + " LOOP UPDATE features SET description = i::text WHERE code = 'webhooks'; "
                        + "COMMIT; END LOOP; END $$");
    }

    @BeforeEach
    void open() {
        database = Postgres.shared().copyOf(written);
    }

    private static void sql(String database, String... statements) throws SQLException {
        try (var connection = DriverManager.getConnection(Postgres.jdbcUrl(database));
                var statement = connection.createStatement()) {
            for (var each : statements) {
                statement.execute(each);
            }
        }
    }

    private record Said(int code, String out, String err) {}

    private Said verify(String setting) throws Exception {
        var file = Files.writeString(folder.resolve("env"), setting);
        var out = new StringWriter();
        var err = new StringWriter();
        var code = Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute("audit", "verify", "--env-file", file.toString());
        return new Said(code, out.toString(), err.toString());
    }

    @Test
    void a_log_that_nobody_was_at_is_good() throws Exception {
        var said = verify("TIERGATE_ADMIN_DATABASE_URL=" + database);
        assertThat(said.code()).isZero();
        assertThat(said.out()).matches("The audit log is as it was written: [0-9]+ rows, last hash [0-9a-f]{64}\\R");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DELETE FROM audit_log WHERE id = 50 | row 51 does not follow row 49",
                "DELETE FROM audit_log WHERE id = 1 | row 2 does not follow the beginning",
                "UPDATE audit_log SET actor = 'somebody' WHERE id = 1050 | row 1050 does not say what it said",
                "UPDATE audit_log SET at = at + interval '1 microsecond' WHERE id = 3 | row 3 does not say",
                "UPDATE audit_log SET after = jsonb_set(after, '{features/webhooks,is_active}', 'false') WHERE id = 700 "
                        + "| row 700 does not say",
                "UPDATE audit_log SET request_id = '' WHERE id = 700 | row 700 does not say",
                "DELETE FROM audit_log WHERE id > 900 | the last ones are gone",
                "DELETE FROM audit_log | the last ones are gone",
                "INSERT INTO audit_log OVERRIDING SYSTEM VALUE SELECT 5000, at, actor, action, entity, entity_id, before, after, "
                        + "request_id, revision, previous_hash, hash FROM audit_log WHERE id = 9 | row 5000 does not follow",
                "DELETE FROM audit_head | audit_head is empty"
            })
    void what_a_superuser_did_to_it_is_found(String deed, String words) throws Exception {
        sql(database, "SET session_replication_role = replica", deed);
        var said = verify("TIERGATE_DATABASE_URL=" + database);
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.err()).startsWith("The audit log was tampered with").contains(words);
        assertThat(said.out()).isEmpty();
    }

    @Test
    void what_cannot_be_read_is_neither_good_nor_bad() throws Exception {
        assertThat(verify("A=b").code()).isEqualTo(2);
        var wrong = verify("TIERGATE_DATABASE_URL=mysql://u:secret@h/d");
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err()).doesNotContain("secret");
        var away = verify("TIERGATE_DATABASE_URL=postgresql://u:secret@127.0.0.1:1/d");
        assertThat(away.code()).isEqualTo(3);
        assertThat(away.err()).startsWith("PostgreSQL cannot be reached").doesNotContain("secret");
        var empty = verify("TIERGATE_DATABASE_URL=" + Postgres.shared().createDatabase());
        assertThat(empty.code()).isEqualTo(3);
        assertThat(empty.err()).contains("no audit log");
    }

    @Test
    void the_help_says_what_the_exit_codes_mean() {
        var out = new StringWriter();
        assertThat(Main.commandLine().setOut(new PrintWriter(out)).execute("audit", "verify", "--help"))
                .isZero();
        assertThat(out.toString()).contains("Exit codes", "it is not", "TIERGATE_ADMIN_DATABASE_URL");
    }
}
