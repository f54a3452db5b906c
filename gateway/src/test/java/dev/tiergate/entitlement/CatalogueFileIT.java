package dev.tiergate.entitlement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Imports into a real PostgreSQL. */
class CatalogueFileIT {

    private static final Path PHOENIX = phoenix();

    @TempDir
    private Path folder;

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
    void phoenix_is_imported_beside_orion_once() throws Exception {
        long first = CatalogueFile.importInto(database.url(), PHOENIX);
        assertThat(database.column("SELECT concat_ws(' ', code, minimum_tier_code) FROM features "
                        + "WHERE plan = 'phoenix' ORDER BY id"))
                .hasSize(15)
                .contains("chat_basic free", "dataset_analysis premium");
        assertThat(database.column("SELECT concat_ws(' ', tier_code, limit_value) FROM tier_limits "
                        + "WHERE limit_code = 'video_generation_daily' ORDER BY 1"))
                .containsExactly("enterprise -1", "premium 10");
        assertThat(database.only("SELECT count(*) FROM features WHERE plan = 'orion'"))
                .isEqualTo("32");
        long audited = Long.parseLong(database.only("SELECT count(*) FROM audit_log"));
        assertThat(CatalogueFile.importInto(database.url(), PHOENIX)).isEqualTo(first);
        assertThat(database.only("SELECT count(*) FROM audit_log")).isEqualTo(String.valueOf(audited));
    }

    @Test
    void an_import_makes_the_database_say_what_the_file_says() throws Exception {
        var before = file("""
                version: 1
                plan: shop
                tiers: [ { code: low, order: 1 }, { code: high, order: 2 } ]
                features:
                  - { code: one, category: core, minimum-tier: low,
                      limits: [ { code: ones, window: day, values: { low: 1, high: 2 } } ] }
                """);
        var after = file("""
                version: 1
                plan: shop
                tiers: [ { code: low, order: 2 }, { code: high, order: 1 } ]
                features:
                  - { code: one, category: core, tiers: [ low ], limits: [ { code: ones, window: day, values: { low: 3 } } ] }
                """);
        CatalogueFile.importInto(database.url(), before);
        long first = database.revision();
        CatalogueFile.importInto(database.url(), after);
        assertThat(database.revision()).isEqualTo(first + 1);
        assertThat(database.column("SELECT tier_code FROM tier_features WHERE plan = 'shop'"))
                .containsExactly("low");
        assertThat(database.column("SELECT tier_code || limit_value FROM tier_limits WHERE plan = 'shop'"))
                .containsExactly("low3");
        assertThat(database.only("SELECT minimum_tier_code FROM features WHERE code = 'one'"))
                .isEqualTo("low");
    }

    @Test
    void a_code_of_another_plan_is_refused_and_nothing_is_written() throws Exception {
        var taken = file("""
                version: 1
                plan: shop
                tiers: [ { code: low } ]
                features: [ { code: webhooks, category: core, minimum-tier: low } ]
                """);
        long before = database.revision();
        assertThatThrownBy(() -> CatalogueFile.importInto(database.url(), taken))
                .hasMessageContaining("feature webhooks is of another plan");
        assertThat(database.revision()).isEqualTo(before);
        assertThat(database.only("SELECT count(*) FROM tiers WHERE plan = 'shop'"))
                .isEqualTo("0");
    }

    private Path file(String text) throws Exception {
        return Files.writeString(Files.createTempFile(folder, "catalogue-", ".yaml"), text);
    }

    /** In the project's root, wherever the tests are run. */
    static Path phoenix() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve("catalogues/phoenix.yaml"))) {
            folder = folder.getParent();
        }
        if (folder == null) {
            throw new AssertionError("catalogues/phoenix.yaml is not there");
        }
        return folder.resolve("catalogues/phoenix.yaml");
    }
}
