package dev.tiergate.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a plugin's descriptor may say of its configuration. */
class ConfigSchemaTest {

    private static final String NO_OBJECT = "must be a JSON Schema with \"type\": \"object\"";

    @ParameterizedTest
    @ValueSource(strings = {"{}", "true", "[]", "{ \"type\": \"string\" }", "{ \"type\": [ \"object\", \"null\" ] }"})
    void a_configuration_is_an_object(String schema) {
        assertRefused(schema, NO_OBJECT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"$schema\": \"http://json-schema.org/draft-07/schema#\" | must be a JSON Schema of https://json-schema.org/draft/2020-12/schema",
                "\"required\": \"country\" | is no JSON Schema at /required",
                "\"properties\": { \"a\": { \"minimum\": \"1\" } } | is no JSON Schema at /properties/a/minimum",
                "\"properties\": { \"a\": { \"pattern\": \"(\" } } | cannot be used as a JSON Schema",
                "\"properties\": { \"a\": { \"$ref\": \"#/$defs/b\" } } | has a $ref to what it does not hold: #/$defs/b",
                "\"properties\": { \"a\": { \"$ref\": \"https://example.com/\" } } | has a $ref to what it does not hold: https://example.com/",
                "\"properties\": { \"a\": { \"$ref\": \"#b\" } } | has a $ref to what it does not hold: #b",
                "\"properties\": { \"a\": { \"$anchor\": \"b\" } } | cannot have $anchor; use $ref: #/$defs/NAME",
                "\"properties\": { \"a\": { \"$id\": \"https://example.com/\" } } | cannot have $id; use $ref: #/$defs/NAME",
            })
    void what_cannot_be_used_is_said(String members, String message) {
        assertRefused("{ \"type\": \"object\", " + members + " }", message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"$schema\": \"https://json-schema.org/draft/2020-12/schema\"",
                "\"$id\": \"https://example.com/region\"",
                "\"properties\": { \"a\": { \"$ref\": \"#/$defs/b\" } }, \"$defs\": { \"b\": { \"type\": \"string\" } }",
                "\"properties\": { \"a\": { \"$ref\": \"#\" } }",
                "\"properties\": { \"$anchor\": { \"type\": \"string\" } }",
            })
    void what_can_be_moved_is_taken(String members) {
        assertThat(ConfigSchema.of(SamplePlugins.json("{ \"type\": \"object\", " + members + " }")))
                .isNotNull();
    }

    @Test
    void where_it_is_moved_to_its_references_still_lead_to_its_own_parts() {
        var schema = ConfigSchema.of(SamplePlugins.json("""
                {
                  "$id": "https://example.com/region",
                  "type": "object",
                  "properties": { "a": { "$ref": "#" }, "b": { "items": { "$ref": "#/$defs/c" } } },
                  "$defs": { "c": { "type": "string" } }
                }
                """));
        assertThat(schema.movedTo("/$defs/plugin-region")).isEqualTo(SamplePlugins.json("""
                {
                  "type": "object",
                  "properties": {
                    "a": { "$ref": "#/$defs/plugin-region" },
                    "b": { "items": { "$ref": "#/$defs/plugin-region/$defs/c" } }
                  },
                  "$defs": { "c": { "type": "string" } }
                }
                """));
    }

    private static void assertRefused(String schema, String message) {
        var json = SamplePlugins.json(schema);
        assertThatThrownBy(() -> ConfigSchema.of(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
