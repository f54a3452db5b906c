package dev.tiergate.entitlement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tiergate.entitlement.StoresFile.InvalidStoresException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoresFileTest {

    private static final String HEADER =
            "external_id,code,name,plan,tier,status,billing_interval,period_anchor,time_zone\n";

    private static final String GOOD = HEADER
            + "101,tea,Tea Corner,orion,business,active,month,2026-01-31,Europe/Berlin\n"
            + "102,bike,\"Bike, \"\"Works\"\"\",orion,essential,suspended,year,2026-01-31T09:00:00Z,UTC\n";

    @TempDir
    Path folder;

    @Test
    void reads_lines_with_columns_in_any_order_and_cells_that_are_empty() throws Exception {
        var lines = read("tier,external_id,name\nbusiness,101,\n,102,Bike\n").lines();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0).get(StoreColumn.TIER)).isEqualTo("business");
        assertThat(lines.get(0).get(StoreColumn.NAME)).isNull();
        assertThat(lines.get(1).get(StoreColumn.TIER)).isNull();
        assertThat(lines.get(1).get(StoreColumn.CODE)).isNull();
        assertThat(read(GOOD).lines().get(1).get(StoreColumn.NAME)).isEqualTo("Bike, \"Works\"");
    }

    @Test
    void takes_what_spreadsheets_write() throws Exception {
        assertThat(read("\ufeff" + GOOD.replace("\n", "\r\n") + "\r\n").lines()).hasSize(2);
    }

    @ParameterizedTest(name = "{0} -> {1}: {3}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "external_id,code | store,code | 1:1 | there is no column 'store'; known are external_id, code",
                "external_id,code | external_id,external_id | 1:13 | the column 'external_id' stands here twice",
                "external_id,code,name | name,code,tier_ | 1:11 | there is no column 'tier_'",
                "101,tea | 1 1,tea | 2:1 | external_id '1?1': an external_id has letters",
                "101,tea | ,tea | 2:1 | external_id is empty",
                "101,tea | 102,tea | 3:1 | '102' is on line 2 already",
                "101,tea | 101,bike | 3:5 | 'bike' is on line 2 already",
                "101,tea | 101,.tea | 2:5 | a code has letters, digits",
                "orion,business | Orion,business | 2:20 | plan 'Orion': a code has lower-case letters",
                "suspended | gone | 3:44 | status 'gone': it has to be one of active, suspended, closed",
                "suspended,year | suspended,week | 3:54 | it has to be one of month, year",
                "2026-01-31, | 31.1.2026, | 2:48 | it has to be a day such as 2026-01-31",
                "2026-01-31, | 1969-12-31, | 2:48 | it has to be from 1970 on",
                "Europe/Berlin | Europe/Berlinn | 2:59 | it has to be a time zone such as Europe/Berlin",
                "Europe/Berlin | EST5EDT | 2:59 | it has to be a time zone",
                ",Europe/Berlin | `` | 2:1 | this line has 8 cells, and the header 9",
                "101,tea | `101,\"tea` | 2:1 | not CSV: Unexpected character after closing quote"
            })
    void says_what_is_wrong_and_where(String good, String bad, String place, String message) {
        assertThat(GOOD).contains(good);
        var thrown = catchThrowableOfType(InvalidStoresException.class, () -> read(GOOD.replace(good, bad)));
        assertThat(thrown).isNotNull();
        assertThat(thrown.problems())
                .anySatisfy(problem ->
                        assertThat(problem).startsWith("s.csv:" + place + ":").contains(message));
    }

    @Test
    void a_name_over_two_lines_moves_the_places_after_it() {
        var text = "external_id,name,status\n1,\"two\nlines\",gone\n";
        assertThatThrownBy(() -> read(text))
                .hasMessageContaining("s.csv:2:3: name")
                .hasMessageContaining("s.csv:3:7: status");
    }

    @Test
    void lists_a_hundred_problems_and_counts_the_others() {
        var text =
                "external_id\n" + IntStream.range(0, 150).mapToObj(i -> "!" + i).collect(Collectors.joining("\n"));
        var thrown = catchThrowableOfType(InvalidStoresException.class, () -> read(text));
        assertThat(thrown.problems()).hasSize(101).endsWith("and 50 more");
    }

    @Test
    void an_empty_file_one_without_ids_and_one_that_is_not_utf8_are_refused() throws IOException {
        assertThatThrownBy(() -> read("code,name\n1,2\n"))
                .hasMessage("s.csv:1:1: the column external_id is missing: it says which store a line is about");
        assertThatThrownBy(() -> read("")).hasMessageContaining("the file is empty");
        var file = Files.write(folder.resolve("latin.csv"), new byte[] {'e', 'x', (byte) 0xe9, '\n'});
        assertThatThrownBy(() -> StoresFile.read(file)).hasMessageContaining("not UTF-8");
    }

    private static StoresFile read(String text) throws IOException, InvalidStoresException {
        return StoresFile.parse("s.csv", new BufferedReader(new StringReader(text)));
    }
}
