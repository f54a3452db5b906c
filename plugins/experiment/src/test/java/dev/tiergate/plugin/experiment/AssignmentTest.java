package dev.tiergate.plugin.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AssignmentTest {

    private static final List<String> KEYS =
            IntStream.range(0, 100_000).mapToObj(Integer::toString).toList();

    /** Of all keys, in percent; six standard deviations of a half. */
    private static final Offset<Double> BOUND = Offset.offset(1.0);

    private static final Map<String, Integer> THREE = weights("a", 50, "b", 30, "c", 20);

    /** From another implementation of what the class says, in Python. */
    @ParameterizedTest
    @CsvSource({"1, a", "2, a", "3, c", "42, a", "tea-corner, c", "42/user-1, a", "café, c"})
    void a_key_has_the_variant_that_the_formula_gives_it(String key, String variant) {
        assertThat(new Assignment("new-checkout", THREE).variant(key)).isEqualTo(variant);
    }

    @Test
    void each_variant_gets_its_share() {
        var shares = shares(assigned("new-checkout", THREE));
        assertThat(shares.get("a")).isCloseTo(50, BOUND);
        assertThat(shares.get("b")).isCloseTo(30, BOUND);
        assertThat(shares.get("c")).isCloseTo(20, BOUND);
    }

    @Test
    void shares_are_of_the_sum_of_all_weights() {
        var shares = shares(assigned("new-checkout", weights("a", 1, "b", 3)));
        assertThat(shares.get("a")).isCloseTo(25, BOUND);
        assertThat(shares.get("b")).isCloseTo(75, BOUND);
    }

    @Test
    void many_variants_get_equal_shares_of_equal_weights() {
        var twenty = new LinkedHashMap<String, Integer>();
        IntStream.range(0, ExperimentConfig.MAX_VARIANTS).forEach(i -> twenty.put("v" + i, 1));
        assertThat(shares(assigned("new-checkout", twenty)))
                .hasSize(ExperimentConfig.MAX_VARIANTS)
                .allSatisfy((variant, share) -> assertThat(share).isCloseTo(5, BOUND));
    }

    @Test
    void a_weight_of_one_in_a_thousand_gets_somebody_and_a_weight_of_0_nobody() {
        assertThat(shares(assigned("new-checkout", weights("a", 999, "b", 1))).get("b"))
                .isBetween(0.05, 0.2);
        assertThat(shares(assigned("new-checkout", weights("a", 999, "b", 0)))).containsOnlyKeys("a");
    }

    @Test
    void another_node_says_the_same_in_whatever_order_it_is_asked() {
        var here = new Assignment("new-checkout", THREE);
        var there = new Assignment("new-checkout", weights("c", 20, "a", 50, "b", 30));
        var backward = IntStream.range(0, KEYS.size())
                .mapToObj(i -> KEYS.get(KEYS.size() - 1 - i))
                .collect(Collectors.toMap(Function.identity(), there::variant));
        assertThat(backward).isEqualTo(KEYS.stream().collect(Collectors.toMap(Function.identity(), here::variant)));
    }

    @Test
    void a_weight_that_grows_moves_keys_to_its_own_variant_only() {
        var before = assigned("new-checkout", THREE);
        var after = assigned("new-checkout", weights("a", 50, "b", 30, "c", 40));
        assertThat(moved(before, after)).extracting(after::get).containsOnly("c");
        // c grows from 20 of 100 to 40 of 120, and so by a third less a fifth
        assertThat(percent(moved(before, after).size())).isCloseTo(100 / 3.0 - 20, BOUND);
    }

    @Test
    void a_weight_that_shrinks_moves_keys_of_its_own_variant_only() {
        var before = assigned("new-checkout", THREE);
        var after = assigned("new-checkout", weights("a", 0, "b", 30, "c", 20));
        assertThat(moved(before, after)).extracting(before::get).containsOnly("a");
    }

    @Test
    void a_new_variant_takes_its_keys_from_all_and_moves_none_between_them() {
        var before = assigned("new-checkout", weights("a", 40, "b", 40));
        var after = assigned("new-checkout", weights("d", 20, "a", 40, "b", 40));
        assertThat(moved(before, after)).extracting(after::get).containsOnly("d");
        assertThat(percent(moved(before, after).size())).isCloseTo(20, BOUND);
    }

    @Test
    void weights_times_the_same_move_nobody() {
        assertThat(assigned("new-checkout", weights("a", 100, "b", 60, "c", 40)))
                .isEqualTo(assigned("new-checkout", THREE));
    }

    @Test
    void two_experiments_have_nothing_to_do_with_each_other() {
        var one = assigned("new-checkout", weights("a", 1, "b", 1));
        var other = assigned("new-search", weights("a", 1, "b", 1));
        assertThat(percent(moved(one, other).size())).isCloseTo(50, BOUND);
    }

    private static Map<String, String> assigned(String experiment, Map<String, Integer> weights) {
        var assignment = new Assignment(experiment, weights);
        return KEYS.stream().collect(Collectors.toMap(Function.identity(), assignment::variant));
    }

    private static Map<String, Double> shares(Map<String, String> assigned) {
        return assigned.values().stream()
                .collect(Collectors.groupingBy(
                        Function.identity(),
                        Collectors.collectingAndThen(Collectors.counting(), AssignmentTest::percent)));
    }

    private static List<String> moved(Map<String, String> before, Map<String, String> after) {
        return KEYS.stream()
                .filter(key -> !before.get(key).equals(after.get(key)))
                .toList();
    }

    private static double percent(long keys) {
        return 100.0 * keys / KEYS.size();
    }

    private static Map<String, Integer> weights(Object... pairs) {
        var weights = new LinkedHashMap<String, Integer>();
        for (var i = 0; i < pairs.length; i += 2) {
            weights.put((String) pairs[i], (Integer) pairs[i + 1]);
        }
        return weights;
    }
}
