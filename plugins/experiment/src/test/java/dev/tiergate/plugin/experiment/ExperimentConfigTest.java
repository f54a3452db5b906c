package dev.tiergate.plugin.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExperimentConfigTest {

    private static final String NO_NAME =
            "' is no name of 1 to 40 small letters, digits and hyphens, such as new-checkout";

    @Test
    void a_configuration_without_name_or_weights_says_what_to_write() {
        assertThatThrownBy(() -> new ExperimentConfig(null, null, Map.of("a", 1, "b", 1), null, null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name: new-checkout, weights: { a: 50, b: 50 }");
        assertThatThrownBy(() -> new ExperimentConfig("x", null, null, null, null, null))
                .hasMessageContaining("name: new-checkout, weights: { a: 50, b: 50 }");
    }

    @Test
    void what_is_left_out_is_by_store_with_the_first_variant_as_control_for_everybody_and_on() {
        var weights = new LinkedHashMap<String, Integer>();
        weights.put("plain", 50);
        weights.put("bright", 50);
        var config = new ExperimentConfig("x", null, weights, null, null, null);
        assertThat(config.key()).isEqualTo(ExperimentConfig.Key.STORE);
        assertThat(config.control()).isEqualTo("plain");
        assertThat(config.allow()).isEmpty();
        assertThat(config.off()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 20})
    void as_many_variants_are_taken(int variants) {
        assertThat(with(variants(variants)).weights()).hasSize(variants);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 21})
    void so_many_variants_are_said(int variants) {
        assertThatThrownBy(() -> with(variants(variants))).hasMessage("'weights' has 2 to 20 variants");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1000})
    void weights_at_the_bounds_are_taken(int weight) {
        assertThat(with(Map.of("a", weight, "b", 1)).weights()).containsEntry("a", weight);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1001})
    void weights_beyond_the_bounds_are_said(int weight) {
        assertThatThrownBy(() -> with(Map.of("a", weight, "b", 1)))
                .hasMessage("the weight of 'a' is a whole number from 0 to 1000");
    }

    @Test
    void a_weight_that_is_missing_is_said() {
        var weights = variants(2);
        weights.put("v0", null);
        assertThatThrownBy(() -> with(weights)).hasMessage("the weight of 'v0' is a whole number from 0 to 1000");
    }

    @Test
    void weights_that_give_nobody_a_variant_are_said() {
        assertThatThrownBy(() -> with(Map.of("a", 0, "b", 0)))
                .hasMessage("'weights' gives nobody a variant; one has to be above 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "new-checkout", "2026-q4", "a234567890123456789012345678901234567890"})
    void names_that_can_be_are_taken(String name) {
        assertThat(new ExperimentConfig(name, null, Map.of("a", 1, "b", 1), null, null, null).name())
                .isEqualTo(name);
        assertThat(with(Map.of(name, 1, "other", 1)).weights()).containsKey(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "A", "new checkout", "a/b", "-a", "a-", "a--b", "a2345678901234567890123456789012345678901"})
    void names_that_cannot_be_are_said(String name) {
        assertThatThrownBy(() -> new ExperimentConfig(name, null, Map.of("a", 1, "b", 1), null, null, null))
                .hasMessage("'" + name + NO_NAME);
        assertThatThrownBy(() -> with(Map.of(name, 1, "other", 1))).hasMessage("'" + name + NO_NAME);
    }

    @Test
    void what_is_none_of_the_variants_is_said() {
        var weights = variants(2);
        assertThatThrownBy(() -> new ExperimentConfig("x", null, weights, "b", null, null))
                .hasMessage("'b' is none of the variants, which are v0, v1");
        assertThatThrownBy(() -> new ExperimentConfig("x", null, weights, null, Set.of("b"), null))
                .hasMessage("'b' is none of the variants, which are v0, v1");
    }

    @Test
    void a_gate_for_nobody_is_said() {
        assertThatThrownBy(() -> new ExperimentConfig("x", null, variants(2), null, Set.of(), null))
                .hasMessage("'allow' lets nobody in; leave it out to let all in");
    }

    private static ExperimentConfig with(Map<String, Integer> weights) {
        return new ExperimentConfig("x", null, weights, null, null, null);
    }

    private static Map<String, Integer> variants(int count) {
        var weights = new LinkedHashMap<String, Integer>();
        IntStream.range(0, count).forEach(i -> weights.put("v" + i, 1));
        return weights;
    }
}
