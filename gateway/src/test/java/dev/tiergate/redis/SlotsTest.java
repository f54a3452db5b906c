package dev.tiergate.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlotsTest {

    @Test
    void the_checksum_is_the_one_of_the_specification() {
        assertThat(Slots.crc16("123456789".getBytes(US_ASCII))).isEqualTo(0x31C3);
        assertThat(Slots.crc16(new byte[0])).isZero();
        assertThat(Slots.crc16(new byte[] {(byte) 0xff})).isEqualTo(0x1EF0);
    }

    /** As {@code CLUSTER KEYSLOT} of Redis answers. */
    @ParameterizedTest
    @CsvSource({"foo, 12182", "bar, 5061", "somekey, 11058", "foo{hash_tag}, 2515", "bar{hash_tag}, 2515", "'', 0"})
    void slots_are_the_ones_that_redis_says(String key, int slot) {
        assertThat(Slots.of(key)).isEqualTo(slot);
    }

    @ParameterizedTest
    @CsvSource({
        "{user1000}.following, user1000",
        "tg:s:{store-1}:daily:17, store-1",
        "foo{{bar}}zap, {bar",
        "foo{bar}{zap}, bar",
    })
    void only_the_first_braces_count(String key, String same) {
        assertThat(Slots.of(key)).isEqualTo(Slots.of(same));
    }

    @ParameterizedTest
    @CsvSource({"foo{}{bar}, bar", "foo{bar, bar", "}foo{bar, bar"})
    void without_a_text_in_braces_the_whole_key_counts(String key, String other) {
        assertThat(Slots.of(key)).isNotEqualTo(Slots.of(other)).isEqualTo(Slots.crc16(key.getBytes(US_ASCII)) % 16_384);
    }
}
