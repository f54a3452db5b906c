package dev.tiergate.routes.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.routes.yaml.Yaml.Kind;
import dev.tiergate.routes.yaml.Yaml.Origin;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlParserTest {

    private static Yaml.Scalar scalar(String text) {
        YamlParser.Parsed parsed = YamlParser.parse("key: " + text + "\n");
        assertThat(parsed.faults()).isEmpty();
        return (Yaml.Scalar) ((Yaml.Mapping) parsed.root()).get("key");
    }

    private static List<String> faults(String text) {
        return YamlParser.parse(text).faults().stream()
                .map(fault -> fault.at().line() + ":" + fault.at().column() + " " + fault.message())
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "true, BOOLEAN",
        "False, BOOLEAN",
        "yes, TEXT",
        "on, TEXT",
        "off, TEXT",
        "NO, TEXT",
        "22:00, TEXT",
        "2026-01-01, TEXT",
        "0, INTEGER",
        "-12, INTEGER",
        "0x1F, INTEGER",
        "0o17, INTEGER",
        "1_000, TEXT",
        "0b1, TEXT",
        "1.10, NUMBER",
        "1e3, NUMBER",
        ".inf, NUMBER",
        "~, NULL",
        "null, NULL",
        "25%, TEXT",
        "'\"1\"', TEXT",
        "!!str 1, TEXT",
        "${NAME}, TEXT"
    })
    void plain_scalars_are_read_by_the_core_schema(String text, Kind kind) {
        assertThat(scalar(text).kind()).isEqualTo(kind);
    }

    @Test
    void integers_have_the_value_of_their_base() {
        assertThat(List.of(CoreSchema.integer("0x1F"), CoreSchema.integer("0o17"), CoreSchema.integer("-12")))
                .containsExactly(31L, 15L, -12L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0123", "-0123", "00", "01.5"})
    void a_leading_zero_is_a_fault(String number) {
        assertThat(faults("key: " + number + "\n")).singleElement().asString().contains("leading zero");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"0123\"", "'0123'", "0", "0.5", "0s"})
    void what_only_looks_like_one_is_none(String text) {
        assertThat(faults("key: " + text + "\n")).isEmpty();
    }

    @Test
    void every_value_knows_its_place() {
        var root = (Yaml.Mapping)
                YamlParser.parse("# top\na: 1\n\"é\":  [ x, \"y\" ]\n").root();
        assertThat(root.keyAt("a")).isEqualTo(new Position(2, 1));
        assertThat(root.keyAt("é")).isEqualTo(new Position(3, 1));
        var list = (Yaml.Sequence) root.get("é");
        assertThat(list.items().get(1).at()).isEqualTo(new Position(3, 12));
        assertThat(((Yaml.Scalar) list.items().get(1)).origin()).isEqualTo(Origin.QUOTED);
    }

    @Test
    void all_faults_of_a_file_are_found_at_once() {
        assertThat(faults("a: 01\na: 2\nb: { c: 1, c: 2 }\n"))
                .hasSize(3)
                .anyMatch(fault -> fault.startsWith("1:4 a number with a leading zero"))
                .contains("2:1 the key 'a' stands here twice, first on line 1")
                .contains("3:12 the key 'c' stands here twice, first on line 3");
    }

    @Test
    void a_hundred_anchors_and_aliases_pass_and_one_more_does_not() {
        String anchors = "a: [ " + "&a x, ".repeat(99);
        assertThat(faults(anchors + "*a ]\n")).isEmpty();
        assertThat(faults(anchors + "*a, *a ]\n")).singleElement().asString().contains("more than 100 anchors");
    }

    @Test
    void fifty_levels_pass_and_one_more_does_not() {
        assertThat(faults("[".repeat(50) + "]".repeat(50))).isEmpty();
        assertThat(faults("[".repeat(51) + "]".repeat(51)))
                .singleElement()
                .asString()
                .contains("nested more than 50");
    }

    @Test
    void brackets_without_end_cost_no_more_than_the_bound() {
        assertThat(faults("[".repeat(1 << 20))).singleElement().asString().contains("nested more than 50");
    }

    @Test
    void aliases_that_blow_up_are_stopped_long_before_memory_is() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [ x, x, x, x, x, x, x, x, x, x ]\n");
        for (int i = 1; i < 9; i++) {
            bomb.append("a%d: &a%d [%s ]\n".formatted(i, i, (" *a" + (i - 1) + ",").repeat(10)));
        }
        assertThat(faults(bomb.toString())).singleElement().asString().contains("more than a million values");
    }

    @Test
    void an_alias_is_its_anchors_value_each_time() {
        var root = (Yaml.Mapping) YamlParser.parse("a: &x { b: 1 }\nc: *x\n").root();
        assertThat(root.get("c")).isEqualTo(root.get("a"));
    }
}
