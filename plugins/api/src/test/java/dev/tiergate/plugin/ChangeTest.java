package dev.tiergate.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChangeTest {

    @Test
    void it_changes_something() {
        assertThatThrownBy(() -> new Change(Map.of(), Map.of(), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a change changes something");
        assertThat(new Change(Map.of(), Map.of(), "thrifty").upstream()).isEqualTo("thrifty");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "X Quality", "X-Quality:", "X-Quality\r\nX-Other", "X-Qualit\u00e4t"})
    void a_name_that_no_header_has_is_refused(String name) {
        assertThatThrownBy(() -> new Change(Map.of(), Map.of(name, "sd"), null))
                .hasMessage("the header '" + name + "' cannot be sent");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host", "content-length", "Transfer-Encoding", "TE", "Proxy-Connection", "X-Tiergate-Tier"})
    void a_header_that_is_not_a_plugins_is_refused(String name) {
        assertThatThrownBy(() -> new Change(Map.of(), Map.of(name, "1"), null))
                .hasMessage("the header '" + name + "' cannot be sent");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sd\r\nX-Other: 1", "s\u0000d", "\u007f", "\u00e4"})
    void a_value_that_no_header_has_is_refused(String value) {
        assertThatThrownBy(() -> new Change(Map.of(), Map.of("X-Quality", value), null))
                .hasMessage("the header 'X-Quality' cannot be sent");
    }

    @Test
    void a_later_change_of_a_map_does_not_reach_it() {
        var query = new LinkedHashMap<>(Map.of("quality", "sd"));
        var change = new Change(query, Map.of(), null);
        query.put("quality", "hd");
        assertThat(change.query()).isEqualTo(Map.of("quality", "sd"));
    }
}
