package dev.tiergate.outbox;

import static org.assertj.core.api.Assertions.assertThat;

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
}
