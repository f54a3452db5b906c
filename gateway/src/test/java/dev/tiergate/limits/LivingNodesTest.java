package dev.tiergate.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LivingNodesTest {

    private final LivingNodes living = new LivingNodes("me");

    @Test
    void alone_until_redis_says_more() {
        assertThat(living.all()).containsExactly("me");
        assertThat(living.certain()).isFalse();
        living.listed(List.of("a", "me"));
        assertThat(living.all()).containsExactlyInAnyOrder("me", "a");
    }

    @Test
    void a_node_that_two_lists_lack_lives_and_one_that_three_lack_does_not() {
        living.listed(List.of("me", "a"));
        living.listed(List.of("me"));
        living.listed(List.of("me"));
        assertThat(living.all()).containsExactlyInAnyOrder("me", "a");
        living.listed(List.of("me"));
        assertThat(living.all()).containsExactly("me");
    }

    @Test
    void a_redis_that_came_back_empty_costs_no_node_its_life() {
        living.listed(List.of("me", "a", "b"));
        living.listed(List.of("me"));
        living.listed(List.of("me", "b"));
        living.listed(List.of("me", "a", "b"));
        living.listed(List.of("me"));
        assertThat(living.all()).containsExactlyInAnyOrder("me", "a", "b");
    }

    @Test
    void nobody_is_taken_for_dead_before_the_third_list() {
        living.listed(List.of("me"));
        living.listed(List.of("me"));
        assertThat(living.certain()).isFalse();
        living.listed(List.of("me"));
        assertThat(living.certain()).isTrue();
    }

    @Test
    void a_list_from_before_this_node_spoke_says_nothing() {
        living.listed(List.of("a"));
        assertThat(living.all()).containsExactly("me");
    }
}
