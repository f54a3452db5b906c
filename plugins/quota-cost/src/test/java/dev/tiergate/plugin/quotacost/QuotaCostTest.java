package dev.tiergate.plugin.quotacost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Cost;
import dev.tiergate.plugin.Cost.Told;
import dev.tiergate.plugin.Outcome;
import io.vertx.core.MultiMap;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuotaCostTest {

    private final Map<String, Integer> counted = new HashMap<>();

    private Cost cost(QuotaCostConfig config) {
        return QuotaCostFactory.cost(config, (name, tags) -> {
            var series = name + " " + tags[1] + " " + tags[3];
            counted.put(series, 0);
            return () -> counted.merge(series, 1, Integer::sum);
        });
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "1024, 1", "1025, 2", "2048, 2", "9223372036854775807, 9007199254740992"})
    void a_body_costs_a_unit_for_each_part_that_is_begun(long bytes, long units) {
        var cost = cost(new QuotaCostConfig("1KiB", null, null, null));
        assertThat(cost.before(sending(OptionalLong.of(bytes)))).isEqualTo(Told.units(units));
    }

    @Test
    void a_body_of_unknown_length_is_measured_when_all_of_it_came() {
        var cost = cost(new QuotaCostConfig("1KiB", null, null, null));
        assertThat(cost.before(sending(OptionalLong.empty()))).isEqualTo(Told.LATER);
        assertThat(cost.after(sending(OptionalLong.of(1025)), Outcome.answered(200)))
                .isEqualTo(Told.units(2));
        assertThat(cost.after(sending(OptionalLong.empty()), Outcome.answered(200)))
                .isEqualTo(Told.MAX);
        assertThat(counted).containsEntry("values body counted", 1).containsEntry("values body absent", 1);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "100, 1", "101, 2", "00200, 2", "999999999999, 10000000000"})
    void a_parameter_costs_a_unit_for_each_part_that_is_begun(String rows, long units) {
        assertThat(rows(rows)).isEqualTo(Told.units(units));
        assertThat(counted).containsEntry("values query counted", 1);
    }

    @Test
    void a_number_of_any_length_is_no_less_than_the_longest_that_is_read() {
        assertThat(rows("1000000000000")).isEqualTo(rows("999999999999"));
        assertThat(rows("9".repeat(5_000))).isEqualTo(rows("999999999999"));
        assertThat(rows("0".repeat(5_000) + "7")).isEqualTo(Told.units(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "-1", "+1", " 1", "1 ", "1.0", "1e3", "0x10", "NaN", "ten", "\u0661", "1,2"})
    void a_parameter_that_is_no_whole_number_costs_the_most(String rows) {
        assertThat(rows(rows)).isEqualTo(Told.MAX);
        assertThat(counted).containsEntry("values query malformed", 1);
    }

    @Test
    void a_parameter_that_is_there_twice_costs_the_most() {
        assertThat(rows("5", "5")).isEqualTo(Told.MAX);
    }

    @Test
    void a_parameter_that_is_missing_costs_the_default() {
        assertThat(rows()).isEqualTo(Told.ABSENT);
        assertThat(counted).containsEntry("values query absent", 1);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0", "1000, 0, 1", "1001, 0, 2", "0, 250, 1", "0, 251, 2", "' 200 ', 200, 1"})
    void headers_are_added_up_each_as_often_as_it_counts(String prompt, String completion, long units) {
        assertThat(reported(headers("x-prompt", prompt, "x-completion", completion)))
                .isEqualTo(Told.units(units));
        assertThat(counted).containsEntry("values headers counted", 1);
    }

    @Test
    void twenty_headers_of_the_largest_numbers_do_not_overflow() {
        var weights = new HashMap<String, Integer>();
        var headers = MultiMap.caseInsensitiveMultiMap();
        for (int i = 0; i < 20; i++) {
            weights.put("x-" + i, 1000);
            headers.add("x-" + i, "9".repeat(40));
        }
        var cost = cost(new QuotaCostConfig(null, null, weights, null));
        assertThat(cost.after(sending(OptionalLong.of(0)), Outcome.answered(200, headers)))
                .isEqualTo(Told.units(20 * 1000 * 999_999_999_999L));
    }

    @Test
    void a_header_that_is_missing_counts_nothing_and_without_any_it_is_the_default() {
        assertThat(reported(headers("x-prompt", "3000"))).isEqualTo(Told.units(3));
        assertThat(reported(headers("x-other", "3000"))).isEqualTo(Told.ABSENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.0", "NaN", "many", "1, 2"})
    void a_header_that_is_no_whole_number_leaves_the_cost_unknown(String value) {
        assertThat(reported(headers("x-prompt", "3000", "x-completion", value))).isEqualTo(Told.MALFORMED);
    }

    @Test
    void a_header_that_is_there_twice_leaves_the_cost_unknown() {
        assertThat(reported(headers("x-prompt", "1", "x-prompt", "1"))).isEqualTo(Told.MALFORMED);
        assertThat(counted).containsEntry("values headers malformed", 1);
    }

    private Told rows(String... values) {
        return cost(new QuotaCostConfig(null, "rows", null, 100)).before(naming(values));
    }

    private Told reported(MultiMap headers) {
        var cost = cost(new QuotaCostConfig(null, null, Map.of("X-Prompt", 1, "X-Completion", 4), 1000));
        assertThat(cost.before(sending(OptionalLong.of(0)))).isEqualTo(Told.LATER);
        return cost.after(sending(OptionalLong.of(0)), Outcome.answered(200, headers));
    }

    private static MultiMap headers(String... namesAndValues) {
        var headers = MultiMap.caseInsensitiveMultiMap();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return headers;
    }

    private static Call sending(OptionalLong size) {
        return call("bodySize", size);
    }

    private static Call naming(String... values) {
        return call("queryValues", List.of(values));
    }

    private static Call call(String asked, Object answer) {
        return (Call) Proxy.newProxyInstance(
                Call.class.getClassLoader(), new Class<?>[] {Call.class}, (self, method, args) -> {
                    if (!method.getName().equals(asked)) {
                        throw new AssertionError("The cost is not to ask for " + method.getName());
                    }
                    return answer;
                });
    }
}
