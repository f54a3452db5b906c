package dev.tiergate.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RolloutTest {

    @Test
    void a_bucket_is_the_crc_of_the_id() {
        // python3 -c 'import zlib; print(zlib.crc32(b"42") % 100)'
        assertThat(Rollout.bucket("42")).isEqualTo(88);
        assertThat(Rollout.bucket("acme")).isEqualTo(14);
    }

    @Test
    void the_share_ends_below_its_percentage() {
        assertThat(new Rollout(88 + 1).holds("42")).isTrue();
        assertThat(new Rollout(88).holds("42")).isFalse();
    }

    @Test
    void none_and_all_are_shares_too() {
        assertThat(IntStream.range(0, 1000).mapToObj(Integer::toString).anyMatch(new Rollout(0)::holds))
                .isFalse();
        assertThat(IntStream.range(0, 1000).mapToObj(Integer::toString).allMatch(Rollout.WHOLE::holds))
                .isTrue();
    }

    @Test
    void a_larger_share_contains_a_smaller_one() {
        for (var store = 0; store < 1000; store++) {
            var id = "store-" + store;
            assertThat(!new Rollout(25).holds(id) || new Rollout(50).holds(id))
                    .as(id)
                    .isTrue();
        }
    }

    @Test
    void ids_in_a_row_are_spread_evenly() {
        var held = IntStream.range(0, 10_000)
                .mapToObj(number -> "store-" + number)
                .filter(new Rollout(25)::holds)
                .count();
        assertThat(held).isBetween(2_300L, 2_700L);
    }

    @Test
    void a_share_is_a_percentage() {
        assertThatThrownBy(() -> new Rollout(101)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Rollout(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
