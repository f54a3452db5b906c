package dev.tiergate.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {

    @ParameterizedTest
    @CsvSource({
        "'', '', 0",
        "a, '', 1",
        "shop, shpo, 1",
        "shop, Shop, 0",
        "a_b, a-b, 0",
        "kitten, sitting, 3",
        "ca, abc, 3"
    })
    void distance_counts_edits_and_swaps(String a, String b, int distance) {
        assertThat(Nearest.distance(a, b)).isEqualTo(distance);
        assertThat(Nearest.distance(b, a)).isEqualTo(distance);
    }

    @Test
    void a_third_of_the_name_may_be_wrong_but_no_more() {
        assertThat(Nearest.to("upstreem", List.of("upstream", "routes"))).contains("upstream");
        assertThat(Nearest.to("upXXreXm", List.of("upstream"))).isEmpty();
        assertThat(Nearest.to("no", List.of("on"))).isEmpty();
    }

    @Test
    void among_equals_the_first_in_the_alphabet_is_named() {
        assertThat(Nearest.to("cost", List.of("most", "host"))).contains("host");
    }

    @Test
    void without_a_near_one_few_names_are_listed_and_many_are_not() {
        assertThat(Nearest.hint("x", List.of("b", "a"))).isEqualTo("; known: a, b");
        assertThat(Nearest.hint("x", List.of())).isEqualTo("; none is known");
        assertThat(Nearest.hint("x", List.of("abcdefghijklm".split("")))).isEmpty();
    }
}
