package dev.tiergate.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SegmentMapTest {

    private static final class Named extends SegmentMap.Entry {

        private final String name;

        Named(String name) {
            super(name);
            this.name = name;
        }
    }

    @Test
    void a_part_of_a_path_finds_what_a_map_of_its_text_would() {
        var random = new Random(7);
        for (int round = 0; round < 200; round++) {
            var segments = new SegmentMap<Named>();
            Map<String, Named> reference = new HashMap<>();
            for (int i = 0; i < 1 + random.nextInt(100); i++) {
                var named = new Named(word(random));
                var first = reference.computeIfAbsent(named.name, absent -> named);
                assertThat(segments.computeIfAbsent(named.name, absent -> named))
                        .isSameAs(first);
            }
            for (int i = 0; i < 100; i++) {
                var word = word(random);
                var path = "/x/" + word + "/y";
                assertThat(segments.get(path, 3, 3 + word.length(), word.hashCode()))
                        .isSameAs(reference.get(word));
            }
        }
    }

    @Test
    void keys_of_one_hash_are_told_apart() {
        var segments = new SegmentMap<Named>();
        for (var key : new String[] {"AaAa", "BBBB", "AaBB", "BBAa"}) {
            segments.computeIfAbsent(key, Named::new);
        }
        assertThat(segments.get("BBBB")).extracting(found -> found.name).isEqualTo("BBBB");
        assertThat(segments.get("AaBB")).extracting(found -> found.name).isEqualTo("AaBB");
        assertThat(segments.get("AaBBx")).isNull();
    }

    @Test
    void a_hash_is_continued_as_a_string_has_it() {
        int hash = 0;
        for (char c : "orders".toCharArray()) {
            hash = SegmentMap.hash(hash, c);
        }
        assertThat(hash).isEqualTo("orders".hashCode());
    }

    private static String word(Random random) {
        var word = new StringBuilder();
        for (int i = 0; i < 1 + random.nextInt(3); i++) {
            word.append((char) ('a' + random.nextInt(4)));
        }
        return word.toString();
    }
}
