package dev.tiergate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.Version;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The list of what the runnable jar is made of says the truth, and says it the same way each time. */
class SbomIT {

    private static final Path FILE = Path.of("target/tiergate-sbom.json");

    @Test
    void it_lists_the_libraries_that_run_in_the_version_that_runs() throws IOException {
        var netty = Version.identify().get("netty-common").artifactVersion();
        assertThat(purls())
                .contains(
                        "pkg:maven/io.netty/netty-codec-http@" + netty + "?type=jar",
                        "pkg:maven/io.netty/netty-codec-http2@" + netty + "?type=jar")
                .anyMatch(purl -> purl.startsWith("pkg:maven/io.vertx/vertx-core@"))
                .anyMatch(purl -> purl.startsWith("pkg:maven/org.postgresql/postgresql@"))
                .anyMatch(purl -> purl.startsWith("pkg:maven/com.maxmind.db/maxmind-db@"))
                .anyMatch(purl -> purl.startsWith("pkg:maven/dev.tiergate/tiergate-plugin-header@"));
    }

    @Test
    void what_only_tests_use_is_not_in_it() throws IOException {
        assertThat(purls())
                .noneMatch(purl -> purl.contains("junit")
                        || purl.contains("assertj")
                        || purl.contains("embedded-")
                        || purl.contains("tiergate-fixtures"));
    }

    @Test
    void every_part_has_a_hash_and_a_licence_and_is_a_release_unless_it_is_ours() throws IOException {
        assertThat(parts()).hasSizeGreaterThan(40).allSatisfy(part -> {
            assertThat(part.getJsonArray("hashes")).as(part.getString("purl")).isNotEmpty();
            assertThat(part.getJsonArray("licenses")).as(part.getString("purl")).isNotEmpty();
            assertThat(part.getString("group").equals("dev.tiergate")
                            || !part.getString("version").endsWith("-SNAPSHOT"))
                    .isTrue();
        });
    }

    @Test
    void two_builds_of_one_source_make_one_list() throws IOException {
        var list = list();
        assertThat(list.fieldNames()).doesNotContain("serialNumber");
        assertThat(list.getJsonObject("metadata").fieldNames()).doesNotContain("timestamp");
    }

    private static List<String> purls() throws IOException {
        return parts().stream().map(part -> part.getString("purl")).toList();
    }

    private static List<JsonObject> parts() throws IOException {
        return list().getJsonArray("components").stream()
                .map(JsonObject.class::cast)
                .toList();
    }

    private static JsonObject list() throws IOException {
        assertThat(FILE)
                .as("the list, which Maven makes only when it is not offline: build once without -o")
                .exists();
        return new JsonObject(Files.readString(FILE));
    }
}
