package dev.tiergate.plugin.quotacost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuotaCostConfigTest {

    private static final Map<String, Integer> TOKENS = Map.of("X-Tokens", 1);

    @Test
    void one_measure_is_named_and_no_more() {
        var message = "quota-cost needs one of 'body', 'query' and 'headers', such as body: 1MiB";
        assertThatThrownBy(() -> new QuotaCostConfig(null, null, null, null)).hasMessage(message);
        assertThatThrownBy(() -> new QuotaCostConfig("1MiB", "rows", null, null))
                .hasMessage(message);
        assertThatThrownBy(() -> new QuotaCostConfig(null, "rows", TOKENS, null))
                .hasMessage(message);
        assertThatCode(() -> new QuotaCostConfig(null, null, TOKENS, null)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({"1B, 1", "512B, 512", "64KiB, 65536", "1MiB, 1048576", "2GiB, 2147483648"})
    void the_size_of_a_unit_is_read(String size, long bytes) {
        assertThat(new QuotaCostConfig(size, null, null, null).bodyUnit()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0B", "1", "1MB", "-1KiB", "1.5MiB", "1234567890B"})
    void what_is_no_size_is_refused(String size) {
        assertThatThrownBy(() -> new QuotaCostConfig(size, null, null, null))
                .hasMessageStartingWith("'body' is the size that costs one unit");
    }

    @Test
    void a_body_has_its_unit_in_itself() {
        assertThatThrownBy(() -> new QuotaCostConfig("1MiB", null, null, 2))
                .hasMessageEndingWith("and has no 'per' beside it");
    }

    @Test
    void per_is_1_unless_given_and_1_to_a_milliard() {
        assertThat(new QuotaCostConfig(null, "rows", null, null).per()).isEqualTo(1);
        assertThat(new QuotaCostConfig(null, "rows", null, 1_000_000_000).per()).isEqualTo(1_000_000_000);
        assertThatThrownBy(() -> new QuotaCostConfig(null, "rows", null, 0)).hasMessageStartingWith("'per' must be");
        assertThatThrownBy(() -> new QuotaCostConfig(null, "rows", null, 1_000_000_001))
                .hasMessageStartingWith("'per' must be");
    }

    @Test
    void a_header_counts_1_to_1000_times() {
        assertThatCode(() -> headers("X-A", 1)).doesNotThrowAnyException();
        assertThatCode(() -> headers("X-A", 1000)).doesNotThrowAnyException();
        assertThatThrownBy(() -> headers("X-A", 0)).hasMessage("'X-A' must count from 1 to 1000 times");
        assertThatThrownBy(() -> headers("X-A", 1001)).hasMessage("'X-A' must count from 1 to 1000 times");
    }

    @Test
    void headers_are_named_once_each_and_are_20_at_most() {
        assertThatThrownBy(() -> headers("X A", 1)).hasMessageStartingWith("'X A' is no header name");
        assertThatThrownBy(() -> new QuotaCostConfig(null, null, Map.of("X-A", 1, "x-a", 1), null))
                .hasMessageEndingWith("or stands twice");
        var many = new TreeMap<String, Integer>();
        for (int i = 0; i < 20; i++) {
            many.put("X-" + i, 1);
        }
        assertThatCode(() -> new QuotaCostConfig(null, null, many, null)).doesNotThrowAnyException();
        many.put("X-20", 1);
        assertThatThrownBy(() -> new QuotaCostConfig(null, null, many, null))
                .hasMessageStartingWith("'headers' must have 1 to 20 headers");
        assertThatThrownBy(() -> new QuotaCostConfig(null, null, Map.of(), null))
                .hasMessageStartingWith("'headers' must have 1 to 20 headers");
        assertThatThrownBy(() -> new QuotaCostConfig(null, "", null, null))
                .hasMessage("'query' must be the name of a parameter");
    }

    private static QuotaCostConfig headers(String name, int weight) {
        return new QuotaCostConfig(null, null, Map.of(name, weight), null);
    }
}
