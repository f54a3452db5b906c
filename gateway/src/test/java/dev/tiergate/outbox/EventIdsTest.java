package dev.tiergate.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventIdsTest {

    @Test
    void an_id_is_32_digits_the_same_for_the_same() {
        assertThat(EventIds.of("limit-reached\n42\nlimit/orders\n1764547200"))
                .matches("[0-9a-f]{32}")
                .isEqualTo(EventIds.of("limit-reached\n42\nlimit/orders\n1764547200"))
                .isNotEqualTo(EventIds.of("limit-reached\n42\nlimit/orders\n1764547201"));
    }

    @Test
    void text_is_stored_without_what_no_database_takes() {
        assertThat(EventIds.storable(Map.of("user", "an\0n", "current", 7L)))
                .isEqualTo(Map.of("user", "an\ufffdn", "current", 7L));
    }

    @Test
    void what_a_plugin_put_there_becomes_json() {
        var odd = new HashMap<String, Object>();
        odd.put("none", null);
        odd.put("list", Arrays.asList("a\0b", null, true, Map.of("when", Instant.EPOCH)));
        assertThat(EventIds.storable(odd))
                .isEqualTo(Map.of("list", List.of("a\ufffdb", true, Map.of("when", "1970-01-01T00:00:00Z"))));
    }
}
