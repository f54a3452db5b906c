package dev.tiergate.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.routes.yaml.YamlParser;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The schema that an editor gets: that of routes.yaml, with the plugins that are there. */
class PluginSchemasTest {

    private static final ConfigSchema NOTHING_NEEDED = ConfigSchema.of(
            SamplePlugins.json("{ \"type\": \"object\", \"properties\": { \"a\": { \"type\": \"string\" } } }"));

    private static final PluginSchemas SCHEMAS = new PluginSchemas(
            Map.of(
                    "described",
                    Objects.requireNonNull(SamplePlugins.SCHEMAS.checks().get("described")),
                    "easy",
                    NOTHING_NEEDED),
            Map.of("easy", NOTHING_NEEDED),
            Map.of("easy", NOTHING_NEEDED));

    private final SchemaCheck joined = new SchemaCheck(SCHEMAS.joined());

    @Test
    void a_sink_has_its_configuration_beside_what_holds_for_any() {
        var uses = SCHEMAS.joined().at("/properties/events/properties/sinks/additionalProperties");
        assertThat(uses.path("additionalProperties").asBoolean(true)).isFalse();
        assertThat(uses.path("properties").fieldNames())
                .toIterable()
                .containsExactly("types", "deadline", "give-up-after", "easy");
        assertThat(uses.at("/properties/easy/$ref").asText()).isEqualTo("#/$defs/plugin-easy");
    }

    @ParameterizedTest
    @ValueSource(strings = {"described: { countries: [ LU ] }", "easy: { a: b }", "easy: {}", "easy:"})
    void a_plugin_that_is_there_fits_with_its_configuration(String plugin) {
        assertThat(problems(plugin, "")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "described: { countries: [ lu ] } | 4:54: countries[0] must be a country such as LU, found 'lu'",
                "described: {} | 4:39: described lacks 'countries': countries that may pass",
                "other: {} | 4:28: unknown key 'other'",
            })
    void what_does_not_fit_is_found_without_the_gateway(String plugin, String problem) {
        assertThat(problems(plugin, ""))
                .hasSize(1)
                .allSatisfy(found -> assertThat(found).startsWith(problem));
    }

    @Test
    void limits_that_plugins_count_are_joined_too() {
        assertThat(problems("easy:", "quotas: { q: { easy: { a: b }, deadline: 2s } }"))
                .isEmpty();
        assertThat(problems("easy:", "quotas: { q: { easy: { a: 1 } } }"))
                .containsExactly("5:27: a must be text, found the number '1'; put it in quotes");
        assertThat(problems("easy:", "quotas: { q: { other: {} } }"))
                .hasSize(1)
                .allSatisfy(found -> assertThat(found).startsWith("5:16: unknown key 'other'"));
    }

    @Test
    void plugins_that_tell_costs_are_joined_too() {
        var charge = "described: { countries: [ LU ] } ], charge: [ { limit: x, max: 5, by: { %s } }";
        assertThat(problems(charge.formatted("described: { countries: [ LU ] }"), ""))
                .isEmpty();
        assertThat(problems(charge.formatted("described: {}"), ""))
                .singleElement()
                .asString()
                .contains("described lacks 'countries'");
        assertThat(problems(charge.formatted("other: {}"), ""))
                .singleElement()
                .asString()
                .contains("unknown key 'other'");
    }

    @Test
    void without_plugins_none_is_known() {
        var bare = new SchemaCheck(PluginSchemas.NONE.joined());
        assertThat(problems(bare, "easy:", ""))
                .hasSize(1)
                .allSatisfy(found -> assertThat(found).startsWith("4:28: unknown key 'easy'"));
    }

    private List<String> problems(String plugin, String more) {
        return problems(joined, plugin, more);
    }

    private static List<String> problems(SchemaCheck schema, String plugin, String more) {
        var text = """
                version: 1
                upstreams: { shop: { endpoints: [ "http://127.0.0.1:9001" ] } }
                routes:
                  - { path: /a, plugins: [ %s ], upstream: shop }
                %s
                """.formatted(plugin, more);
        var problems = new Problems("routes.yaml");
        schema.check(Objects.requireNonNull(YamlParser.parse(text).root()), problems);
        return problems.errors().stream()
                .map(problem -> problem.toString().replace("routes.yaml:", ""))
                .toList();
    }
}
