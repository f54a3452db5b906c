package dev.tiergate.plugin.region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiergate.fixtures.MmdbWriter;
import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Refuse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CountryDatabaseTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "192.0.2.0, LU",
        "192.0.2.255, LU",
        "192.0.1.255,",
        "192.0.3.0,",
        "198.51.100.7, DE",
        "198.51.100.6,",
        "2001:db8::, FR",
        "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff, FR",
        "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff,",
        "2001:db9::,",
        "203.0.113.1,",
        "unknown,",
        "example.com,",
    })
    void an_address_is_looked_up_in_the_network_that_holds_it(String address, String country) throws IOException {
        assertThat(CountryDatabase.valueOf(world().toString()).country(address).orElse(null))
                .isEqualTo(country);
    }

    @Test
    void a_database_for_ipv4_knows_nothing_of_ipv6() throws IOException {
        var file = write(new MmdbWriter(4, "GeoLite2-Country").add("192.0.2.0/24", "LU"));
        var database = CountryDatabase.valueOf(file.toString());
        assertThat(database.country("192.0.2.1")).contains("LU");
        assertThat(database.country("2001:db8::1")).isEmpty();
    }

    @Test
    void the_check_asks_it_for_the_client_and_reads_no_header() throws IOException {
        var config =
                new RegionConfig(null, CountryDatabase.valueOf(world().toString()), Set.of("LU"), null, null, null);
        assertThat(config.header()).isNull();
        assertThat(ask(config, new RegionCall().at("192.0.2.1"))).isEqualTo(Allow.plain());
        assertThat(ask(config, new RegionCall().at("198.51.100.7").header("CF-IPCountry", "LU")))
                .isInstanceOfSatisfying(
                        Refuse.class, refuse -> assertThat(refuse.detail()).isEqualTo("This is not available in DE"));
    }

    @Test
    void a_broken_entry_is_a_fault_and_no_refusal() throws IOException {
        var bytes = new MmdbWriter(4, "GeoLite2-Country").add("0.0.0.0/1", "LU").bytes();
        bytes[0] = (byte) 0xff;
        var file = Files.write(folder.resolve("broken.mmdb"), bytes);
        var config = new RegionConfig(null, CountryDatabase.valueOf(file.toString()), Set.of("LU"), null, null, null);
        var answer = new RegionCheck(config).ask(new RegionCall().at("10.0.0.1").call());
        assertThat(answer.failed()).isTrue();
    }

    @Test
    void a_header_and_a_database_are_one_too_many() throws IOException {
        var database = CountryDatabase.valueOf(world().toString());
        assertThatThrownBy(() -> new RegionConfig("CF-IPCountry", database, Set.of("LU"), null, null, null))
                .hasMessage("the country comes from 'header' or from 'database', not from both");
    }

    @Test
    void a_file_is_read_once_until_it_changes() throws IOException {
        var file = world();
        var first = CountryDatabase.valueOf(file.toString());
        assertThat(CountryDatabase.valueOf(file.toString())).isSameAs(first);
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));
        var second = CountryDatabase.valueOf(file.toString());
        assertThat(second).isNotSameAs(first);
        assertThat(first.country("192.0.2.1")).isEqualTo(second.country("192.0.2.1"));
    }

    @Test
    void what_is_gone_from_the_disk_is_still_in_memory() throws IOException {
        var file = world();
        var database = CountryDatabase.valueOf(file.toString());
        Files.delete(file);
        assertThat(database.country("192.0.2.1")).contains("LU");
    }

    @Test
    void a_file_that_is_not_there_is_said_without_its_name() {
        assertThatThrownBy(() ->
                        CountryDatabase.valueOf(folder.resolve("none.mmdb").toString()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no such file");
    }

    @Test
    void a_file_of_another_kind_is_said() throws IOException {
        var file = Files.writeString(folder.resolve("text.mmdb"), "no database");
        assertThatThrownBy(() -> CountryDatabase.valueOf(file.toString()))
                .hasMessage("this file is no MaxMind database");
    }

    @Test
    void a_folder_is_said() {
        assertThatThrownBy(() -> CountryDatabase.valueOf(folder.toString())).hasMessage("this file cannot be read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GeoLite2-Country", "GeoIP2-City", "GeoIP2-Enterprise", "DBIP-Country-Lite"})
    void a_database_with_countries_is_taken(String type) throws IOException {
        var file = write(new MmdbWriter(6, type).add("192.0.2.0/24", "LU"));
        assertThat(CountryDatabase.valueOf(file.toString()).country("192.0.2.1"))
                .contains("LU");
    }

    @Test
    void a_database_of_something_else_is_said() throws IOException {
        var file = write(new MmdbWriter(6, "GeoLite2-ASN").add("192.0.2.0/24", "LU"));
        assertThatThrownBy(() -> CountryDatabase.valueOf(file.toString()))
                .hasMessage("a database of the type 'GeoLite2-ASN' has no countries");
    }

    private Path world() throws IOException {
        return write(new MmdbWriter(6, "GeoLite2-Country")
                .add("192.0.2.0/24", "LU")
                .add("198.51.100.7/32", "DE")
                .add("2001:db8::/32", "FR")
                .addWithoutCountry("203.0.113.0/24"));
    }

    private Path write(MmdbWriter database) throws IOException {
        return Files.write(folder.resolve("countries.mmdb"), database.bytes());
    }

    private static Decision ask(RegionConfig config, RegionCall call) {
        return new RegionCheck(config).ask(call.call()).result();
    }
}
