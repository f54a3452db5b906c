package dev.tiergate.plugin.tokenbucket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Caller;
import dev.tiergate.plugin.Quota;
import dev.tiergate.plugin.Quota.State;
import dev.tiergate.plugin.Quota.Taken;
import dev.tiergate.plugin.testkit.TestCall;
import dev.tiergate.plugin.testkit.TestStore;
import dev.tiergate.plugin.tokenbucket.TokenBucketConfig.Scope;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenBucketTest {

    private static final Instant NOW = Instant.parse("2026-03-05T10:20:00Z");
    private static final Duration TICK = Duration.ofNanos(1);

    private Instant clock = NOW;
    private final TokenBucketFactory factory = new TokenBucketFactory(() -> clock);
    private final Quota bucket = bucket("10/second", 5); // a unit is back after 100 ms

    @Test
    void the_last_unit_is_taken_and_one_more_is_not() {
        for (long used = 1; used <= 5; used++) {
            assertThat(take(1, NOW)).isEqualTo(new Taken(true, new State(5, used, null)));
        }
        assertThat(take(1, NOW)).isEqualTo(new Taken(false, new State(5, 5, after(100))));
    }

    @Test
    void a_unit_is_back_at_its_time_and_not_a_nanosecond_before() {
        take(5, NOW);
        assertThat(take(1, after(100).minus(TICK)).all()).isFalse();
        assertThat(take(1, after(100)).all()).isTrue();
        assertThat(take(1, after(100)).all()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 5})
    void a_refusal_says_when_the_units_fit(long units) {
        take(3, NOW);
        take(2, after(50));
        var refused = take(units, after(50)).state().resetsAt();
        assertThat(refused).isEqualTo(after(100 * units));
        assertThat(take(units, refused.minus(TICK)).all()).isFalse();
        assertThat(take(units, refused).all()).isTrue();
    }

    @Test
    void units_are_taken_all_or_none() {
        take(4, NOW);
        assertThat(take(2, NOW).all()).isFalse();
        assertThat(take(1, NOW).all()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {6, 1_000, Long.MAX_VALUE})
    void more_than_a_bucket_holds_never_fits_and_takes_nothing(long units) {
        assertThat(take(units, NOW)).isEqualTo(new Taken(false, new State(5, 0, null)));
        assertThat(take(5, NOW).all()).isTrue();
    }

    @Test
    void what_is_left_is_read_and_nothing_taken() {
        assertThat(read(NOW)).isEqualTo(new State(5, 0, null));
        take(2, NOW);
        assertThat(read(NOW)).isEqualTo(new State(5, 2, after(200)));
        assertThat(read(after(100).minus(TICK))).isEqualTo(new State(5, 2, after(200)));
        assertThat(read(after(100))).isEqualTo(new State(5, 1, after(200)));
        assertThat(read(after(200).minus(TICK))).isEqualTo(new State(5, 1, after(200)));
        assertThat(read(after(200))).isEqualTo(new State(5, 0, null));
    }

    @Test
    void a_bucket_that_is_full_gathers_no_more() {
        take(5, NOW);
        assertThat(take(5, after(10_000)).all()).isTrue();
        assertThat(take(1, after(10_000)).all()).isFalse();
    }

    @Test
    void what_comes_back_can_be_taken_again_and_no_more() {
        take(5, NOW);
        bucket.giveBack(call(NOW), 2);
        assertThat(read(NOW)).isEqualTo(new State(5, 3, after(300)));
        assertThat(take(2, NOW).all()).isTrue();
        assertThat(take(1, NOW).all()).isFalse();
    }

    @Test
    void all_that_comes_back_leaves_a_full_bucket() {
        take(3, NOW);
        bucket.giveBack(call(NOW), 3);
        assertThat(read(NOW)).isEqualTo(new State(5, 0, null));
    }

    @Test
    void a_bucket_that_was_full_meanwhile_has_the_units_back_already() {
        take(5, NOW);
        take(5, after(500));
        bucket.giveBack(call(NOW), 5);
        assertThat(take(1, after(500)).all()).isFalse();
    }

    @Test
    void one_that_was_nearly_full_meanwhile_has_not() {
        take(5, NOW);
        take(4, after(500).minus(TICK));
        bucket.giveBack(call(NOW), 1);
        assertThat(read(after(500)).current()).isEqualTo(3);
    }

    @Test
    void what_comes_back_to_a_bucket_that_is_full_is_not_stored() {
        take(1, NOW);
        bucket.giveBack(call(NOW), 1);
        bucket.giveBack(call(NOW), 1);
        take(5, NOW);
        assertThat(take(1, NOW).all()).isFalse();
    }

    @Test
    void stores_limits_and_shadow_are_counted_apart() {
        take(5, NOW);
        assertThat(taken(bucket.take(call(NOW).inShadow(), 5))).isTrue();
        assertThat(read(NOW).current()).isEqualTo(5);
        assertThat(taken(bucket.take(call(NOW).of(TestStore.of("book-barn", "essential")), 5)))
                .isTrue();
        var other = factory.create("others", new TokenBucketConfig("10/second", 5, null));
        assertThat(taken(other.take(call(NOW), 5))).isTrue();
    }

    @Test
    void the_users_of_a_store_share_its_bucket_unless_each_has_one() {
        assertThat(taken(bucket.take(by("anne"), 5))).isTrue();
        assertThat(taken(bucket.take(by("bob"), 1))).isFalse();
        var own = factory.create("own", new TokenBucketConfig("10/second", 5, Scope.USER));
        assertThat(taken(own.take(by("anne"), 5))).isTrue();
        assertThat(taken(own.take(by("anne"), 1))).isFalse();
        assertThat(taken(own.take(by("bob"), 5))).isTrue();
        assertThat(taken(own.take(by(null), 5))).isTrue();
        assertThat(taken(own.take(by(null), 1)))
                .as("all without a name are one")
                .isFalse();
        assertThat(own.read(by("anne").entitlements(), by("anne").caller(), false, NOW)
                        .result()
                        .current())
                .isEqualTo(5);
    }

    @Test
    void event_loops_count_together_and_lose_nothing() {
        var taken = IntStream.range(0, 8_000)
                .parallel()
                .filter(i -> taken(bucket("1/hour", 3_000).take(call(NOW), 1)))
                .count();
        assertThat(taken).isEqualTo(3_000);
    }

    @Test
    void what_was_taken_outlives_another_configuration_and_is_no_more_than_fits_into_it() {
        take(5, NOW);
        assertThat(state(bucket("10/second", 2), NOW)).isEqualTo(new State(2, 2, after(200)));
        assertThat(state(bucket("10/second", 9), NOW)).isEqualTo(new State(9, 5, after(500)));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2_000, 61_000, 3_600_000})
    void a_request_that_was_long_on_its_way_brings_nothing_back(long millis) {
        take(5, after(millis));
        assertThat(late(1, NOW)).isEqualTo(new Taken(false, new State(5, 5, after(millis + 100))));
        assertThat(take(1, after(millis)).all()).isFalse();
        assertThat(take(1, after(millis + 100)).all()).isTrue();
    }

    @Test
    void what_a_request_took_that_was_long_on_its_way_comes_back() {
        take(1, after(2_000));
        late(4, NOW);
        bucket.giveBack(call(after(2_000)), 1);
        assertThat(read(after(2_000)).current()).isEqualTo(4);
        take(1, after(4_000));
        late(4, after(3_000));
        bucket.giveBack(call(after(3_000)), 4);
        assertThat(read(after(4_000)).current()).isEqualTo(5);
    }

    @Test
    void a_clock_that_goes_back_makes_nobody_wait_for_more_than_a_whole_bucket() {
        take(5, Instant.parse("9999-12-31T23:59:59Z"));
        assertThat(take(1, NOW)).isEqualTo(new Taken(false, new State(5, 5, after(100))));
        assertThat(take(5, after(500)).all()).isTrue();
    }

    @Test
    void a_bucket_fills_also_while_a_clock_that_was_set_back_a_little_has_not_caught_up() {
        take(5, after(400));
        assertThat(take(1, NOW).all()).isFalse();
        assertThat(take(1, after(100)).all()).isTrue();
    }

    @Test
    void an_hour_at_a_rate_that_is_no_whole_time_gives_the_burst_and_an_hours_units() {
        var uneven = bucket("7/minute", 3);
        int taken = 0;
        for (int second = 0; second <= 3_600; second++) {
            for (int i = 0; i < 4; i++) {
                clock = NOW.plusSeconds(second);
                taken += taken(uneven.take(call(clock), 1)) ? 1 : 0;
            }
        }
        assertThat(taken).isBetween(3 + 419, 3 + 420);
    }

    private Quota bucket(String rate, int burst) {
        return factory.create("bursts", new TokenBucketConfig(rate, burst, null));
    }

    private Taken take(long units, Instant now) {
        clock = now;
        return late(units, now);
    }

    /** Of a request that came then and is counted now. */
    private Taken late(long units, Instant now) {
        return bucket.take(call(now), units).result();
    }

    private State read(Instant now) {
        return state(bucket, now);
    }

    private static State state(Quota quota, Instant now) {
        return quota.read(call(now).entitlements(), call(now).caller(), false, now)
                .result();
    }

    private static boolean taken(Future<Taken> answer) {
        return answer.result().all();
    }

    private static TestCall call(Instant now) {
        return TestCall.get("/").at(now);
    }

    private static TestCall by(@Nullable String user) {
        return call(NOW).by(new Caller("tea-corner", user, Set.of(), Map.of()));
    }

    private static Instant after(long millis) {
        return NOW.plusMillis(millis);
    }
}
