package dev.tiergate.plugins;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PluginDescriptorTest {

    private static final String GOOD =
            "{'name': 'region', 'version': '1.0.0', 'api': 1, 'config': {'type': 'object'}, 'url': 'of no interest'}";

    @Test
    void a_descriptor_has_a_name_a_version_an_api_and_a_schema() throws Exception {
        var descriptor = read(GOOD).get(0);
        assertThat(descriptor.name()).isEqualTo("region");
        assertThat(descriptor.version()).isEqualTo("1.0.0");
        assertThat(descriptor.api()).isEqualTo(1);
    }

    @Test
    void descriptors_may_stand_one_after_the_other() throws Exception {
        assertThat(read(GOOD + "\n" + GOOD.replace("region", "role")))
                .extracting(PluginDescriptor::name)
                .containsExactly("region", "role");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'api': 1 | 'api': 2 | was built for plugin API 2; this gateway has 1",
                "'api': 1 | 'api': 0 | was built for plugin API 0; this gateway has 1",
                "'api': 1 | 'api': '1' | META-INF/tiergate-plugin.json: must be an object with 'api', the version of the plugin API, such as 1",
                "'name': 'region' | 'nom': 'region' | META-INF/tiergate-plugin.json: 'name' must be up to 63 lower-case letters, digits and -, such as by-country",
                "'name': 'region' | 'name': 'Region' | META-INF/tiergate-plugin.json: 'name' must be up to 63 lower-case letters, digits and -, such as by-country",
                "'name': 'region' | 'name': 'mode' | META-INF/tiergate-plugin.json: 'name' cannot be mode, which is a key of routes.yaml",
                "'version': '1.0.0' | 'version': 1 | META-INF/tiergate-plugin.json: 'version' must be a version of up to 64 characters, such as 1.0.0",
                "'version': '1.0.0' | 'version': '' | META-INF/tiergate-plugin.json: 'version' must be a version of up to 64 characters, such as 1.0.0",
                "'config' | 'configuration' | META-INF/tiergate-plugin.json: 'config' must be a JSON Schema with \"type\": \"object\"",
            })
    void what_is_wrong_is_said_with_the_file(String right, String wrong, String message) {
        assertThatThrownBy(() -> read(GOOD.replace(right, wrong)))
                .isInstanceOf(BadPluginException.class)
                .hasMessage("plugins/region.jar: " + message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'name': 'region'", "{'api': 1, 'api': 1}", "{'api': 1} and so on", "{'api': 01}"})
    void what_is_not_json_is_said_with_its_place(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(BadPluginException.class)
                .hasMessageMatching(
                        "plugins/region\\.jar: META-INF/tiergate-plugin\\.json is not JSON, line 1, column \\d+");
    }

    @Test
    void a_descriptor_that_is_no_object_is_refused() {
        assertThatThrownBy(() -> read("['api', 1]"))
                .hasMessage("plugins/region.jar: META-INF/tiergate-plugin.json: "
                        + "must be an object with 'api', the version of the plugin API, such as 1");
    }

    @ParameterizedTest
    @CsvSource({"name, region, 63", "version, 1.0.0, 64"})
    void texts_have_a_greatest_length(String key, String value, int most) throws Exception {
        assertThat(read(GOOD.replace(value, "a".repeat(most)))).hasSize(1);
        assertThatThrownBy(() -> read(GOOD.replace(value, "a".repeat(most + 1))))
                .hasMessageContaining("'" + key + "'");
    }

    private static List<PluginDescriptor> read(String text) throws IOException, BadPluginException {
        var bytes = text.replace('\'', '"').getBytes(UTF_8);
        return PluginDescriptor.readAll(new ByteArrayInputStream(bytes), "plugins/region.jar");
    }
}
