package dev.tiergate.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RedisClockTest {

    private static final long WALL = 1_000_000;

    private long nanos = TimeUnit.DAYS.toNanos(-3);
    private final RedisClock clock = new RedisClock(InstantSource.fixed(Instant.ofEpochMilli(WALL)), () -> nanos);

    private void pass(long millis) {
        nanos += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Test
    void before_the_first_answer_it_is_the_wall_clock() {
        assertThat(clock.millis()).isEqualTo(WALL);
        pass(5);
        assertThat(clock.now()).isEqualTo(Instant.ofEpochMilli(WALL + 5));
    }

    @Test
    void a_wall_clock_that_is_behind_is_set_to_what_redis_said() {
        long mark = clock.mark();
        pass(4);
        clock.observe(WALL + 60_000, mark);
        assertThat(clock.millis()).isEqualTo(WALL + 60_000);
    }

    @Test
    void a_wall_clock_that_is_ahead_is_set_no_later_than_redis_can_be() {
        long mark = clock.mark();
        pass(4);
        clock.observe(WALL - 60_000, mark);
        assertThat(clock.millis()).isEqualTo(WALL - 60_000 + 4);
    }

    @Test
    void what_an_answer_allows_is_left_as_it_is() {
        long mark = clock.mark();
        pass(4);
        clock.observe(WALL, mark);
        assertThat(clock.millis()).isEqualTo(WALL + 4);
        mark = clock.mark();
        pass(4);
        clock.observe(WALL + 8, mark);
        assertThat(clock.millis()).isEqualTo(WALL + 8);
    }

    @Test
    void an_answer_that_comes_late_changes_nothing() {
        clock.observe(WALL, clock.mark());
        long mark = clock.mark();
        pass(30_000);
        clock.observe(WALL + 29_999, mark);
        assertThat(clock.millis()).isEqualTo(WALL + 30_000);
        mark = clock.mark();
        pass(30_000);
        clock.observe(WALL + 30_001, mark);
        assertThat(clock.millis()).isEqualTo(WALL + 60_000);
    }

    @Test
    void a_clock_of_redis_that_jumps_is_followed() {
        clock.observe(WALL, clock.mark());
        clock.observe(WALL - 5_000, clock.mark());
        assertThat(clock.millis()).isEqualTo(WALL - 5_000);
        clock.observe(WALL + 5_000, clock.mark());
        assertThat(clock.millis()).isEqualTo(WALL + 5_000);
    }
}
