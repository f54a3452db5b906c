package dev.tiergate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.routes.UpstreamConfig.Balance;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BalancerTest {

    private static final long NOW = 0;

    private final Endpoint a = endpoint(0);
    private final Endpoint b = endpoint(1);
    private final Endpoint c = endpoint(2);

    @Test
    void round_robin_takes_turns() {
        assertThat(picks(Balance.ROUND_ROBIN, 7)).containsExactly(a, b, c, a, b, c, a);
    }

    @Test
    void least_requests_prefers_the_least_loaded() {
        a.take();
        a.take();
        b.take();
        assertThat(Set.copyOf(picks(Balance.LEAST_REQUESTS, 5))).containsExactly(c);
    }

    @Test
    void least_requests_lets_equals_take_turns() {
        assertThat(picks(Balance.LEAST_REQUESTS, 6)).containsExactly(b, c, a, b, c, a);
    }

    @Test
    void random_reaches_all_and_favours_the_lighter() {
        a.take();
        var picks = picks(Balance.RANDOM, 300);
        assertThat(picks).contains(b, c).doesNotContain(a);
        a.giveBack();
        assertThat(picks(Balance.RANDOM, 300)).contains(a, b, c);
    }

    @ParameterizedTest
    @EnumSource
    void an_ejected_endpoint_gets_nothing(Balance balance) {
        eject(a);
        eject(c);
        assertThat(Set.copyOf(picks(balance, 10))).containsExactly(b);
    }

    @ParameterizedTest
    @EnumSource
    void an_ejected_endpoint_comes_back(Balance balance) {
        eject(a);
        assertThat(balancer(balance).pick(Ejection.FIRST.toNanos(), List.of(b, c)))
                .isSameAs(a);
    }

    @ParameterizedTest
    @EnumSource
    void when_all_are_ejected_all_are_used(Balance balance) {
        eject(a);
        eject(b);
        eject(c);
        assertThat(picks(balance, 100)).contains(a, b, c);
    }

    @ParameterizedTest
    @EnumSource
    void a_full_endpoint_gets_nothing_and_an_ejected_one_does_not_help_out(Balance balance) {
        eject(a);
        fill(b);
        assertThat(Set.copyOf(picks(balance, 10))).containsExactly(c);
        fill(c);
        assertThat(balancer(balance).pick(NOW, List.of())).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void what_was_tried_is_not_tried_again(Balance balance) {
        assertThat(balancer(balance).pick(NOW, List.of(a, c))).isSameAs(b);
        assertThat(balancer(balance).pick(NOW, List.of(a, b, c))).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void one_endpoint_alone_is_always_chosen(Balance balance) {
        eject(a);
        var balancer = new Balancer(List.of(a), balance, new Random(1));
        assertThat(balancer.pick(NOW, List.of())).isSameAs(a);
        fill(a);
        assertThat(balancer.pick(NOW, List.of())).isNull();
    }

    private List<Endpoint> picks(Balance balance, int count) {
        var balancer = balancer(balance);
        var picks = new ArrayList<Endpoint>();
        for (int i = 0; i < count; i++) {
            picks.add(balancer.pick(NOW, List.of()));
        }
        return picks;
    }

    private Balancer balancer(Balance balance) {
        return new Balancer(List.of(a, b, c), balance, new Random(1));
    }

    private static Endpoint endpoint(int index) {
        return new Endpoint(
                index, URI.create("http://10.0.0." + index + ":80"), 3, new EndpointHealth(Health.UNCHECKED));
    }

    private static void eject(Endpoint endpoint) {
        for (int i = 0; i < Ejection.FAILURES; i++) {
            endpoint.ejection().failed(NOW);
        }
    }

    private static void fill(Endpoint endpoint) {
        while (endpoint.hasRoom()) {
            endpoint.take();
        }
    }
}
