package dev.tiergate.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.routes.PathPattern.Segment;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RouteNodeTest {

    @Test
    void a_part_of_a_path_finds_what_a_map_of_its_text_would() {
        var random = new Random(7);
        for (int round = 0; round < 200; round++) {
            var node = RouteNode.root();
            Map<String, RouteNode> reference = new HashMap<>();
            for (int i = 0; i < 1 + random.nextInt(100); i++) {
                var word = word(random);
                var child = child(node, word);
                assertThat(child).isSameAs(reference.computeIfAbsent(word, first -> child));
            }
            assertThat(reference.values()).doesNotHaveDuplicates();
            for (int i = 0; i < 100; i++) {
                var word = word(random);
                assertThat(node.literal("/x/" + word + "/y", 3, 3 + word.length()))
                        .isSameAs(reference.get(word));
            }
        }
    }

    @Test
    void names_of_one_hash_are_told_apart() {
        assertThat("akak").hasSameHashCodeAs("c-c-").hasSameHashCodeAs("akc-");
        var node = RouteNode.root();
        var first = child(node, "akak");
        var second = child(node, "c-c-");
        var third = child(node, "akc-");
        assertThat(node.literal("/akak", 1, 5)).isSameAs(first);
        assertThat(node.literal("/c-c-", 1, 5)).isSameAs(second);
        assertThat(node.literal("/akc-", 1, 5)).isSameAs(third);
        assertThat(node.literal("/c-ak", 1, 5)).isNull();
    }

    private static RouteNode child(RouteNode node, String name) {
        return node.child(new Segment.Literal(name));
    }

    private static String word(Random random) {
        var word = new StringBuilder();
        for (int i = 0; i < 1 + random.nextInt(3); i++) {
            word.append((char) ('a' + random.nextInt(4)));
        }
        return word.toString();
    }
}
