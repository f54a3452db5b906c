package dev.tiergate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EndpointTest {

    private final Endpoint endpoint = new Endpoint(0, URI.create("http://10.0.0.1:80"), 2);

    @Test
    void four_failures_in_a_row_do_not_eject() {
        fail(4, 0);
        assertThat(endpoint.ejected(0)).isFalse();
    }

    @Test
    void the_fifth_failure_in_a_row_ejects() {
        fail(5, 0);
        assertThat(endpoint.ejected(0)).isTrue();
    }

    @Test
    void a_success_in_between_begins_the_count_anew() {
        fail(4, 0);
        endpoint.succeeded();
        fail(4, 0);
        assertThat(endpoint.ejected(0)).isFalse();
    }

    @Test
    void it_is_back_after_ten_seconds() {
        fail(5, 7);
        long back = 7 + Endpoint.FIRST_EJECTION.toNanos();
        assertThat(endpoint.ejected(back - 1)).isTrue();
        assertThat(endpoint.ejected(back)).isFalse();
    }

    @Test
    void on_probation_one_failure_ejects_for_twice_as_long() {
        fail(5, 0);
        long back = Endpoint.FIRST_EJECTION.toNanos();
        fail(1, back);
        assertThat(endpoint.ejected(back + Duration.ofSeconds(20).toNanos() - 1))
                .isTrue();
        assertThat(endpoint.ejected(back + Duration.ofSeconds(20).toNanos())).isFalse();
    }

    @Test
    void a_success_ends_probation() {
        fail(5, 0);
        long back = Endpoint.FIRST_EJECTION.toNanos();
        endpoint.succeeded();
        fail(4, back);
        assertThat(endpoint.ejected(back)).isFalse();
    }

    @Test
    void no_ejection_is_longer_than_five_minutes() {
        long now = 0;
        fail(5, now);
        for (int i = 0; i < 100; i++) {
            now += Endpoint.LONGEST_EJECTION.toNanos();
            assertThat(endpoint.ejected(now)).isFalse();
            fail(1, now);
            assertThat(endpoint.ejected(now)).isTrue();
        }
        assertThat(endpoint.ejected(now + Endpoint.LONGEST_EJECTION.toNanos() - 1))
                .isTrue();
    }

    @Test
    void failures_of_what_was_under_way_do_not_lengthen_an_ejection() {
        fail(50, 0);
        assertThat(endpoint.ejected(Endpoint.FIRST_EJECTION.toNanos())).isFalse();
    }

    @Test
    void room_ends_at_capacity() {
        endpoint.take();
        assertThat(endpoint.hasRoom()).isTrue();
        endpoint.take();
        assertThat(endpoint.hasRoom()).isFalse();
        endpoint.giveBack();
        assertThat(endpoint.hasRoom()).isTrue();
    }

    private void fail(int times, long now) {
        for (int i = 0; i < times; i++) {
            endpoint.failed(now);
        }
    }
}
