package dev.tiergate.plugin.tokenbucket;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class BucketsTest {

    private static final Instant NOW = Instant.parse("2026-03-05T10:20:00Z");
    private static final int MOST = 4;

    private final ConcurrentHashMap<Holder, Bucket> all = new ConcurrentHashMap<>();
    private final Buckets buckets = new Buckets(all, MOST);

    @Test
    void the_last_that_has_room_leaves_all_others_and_one_more_takes_the_place_of_the_fullest() {
        empty("a", 30, NOW);
        empty("b", 10, NOW);
        empty("c", 20, NOW);
        empty("d", 40, NOW);
        assertThat(all).containsOnlyKeys(of("a"), of("b"), of("c"), of("d"));
        empty("e", 1, NOW);
        assertThat(all).containsOnlyKeys(of("a"), of("c"), of("d"), of("e"));
    }

    @Test
    void one_that_is_there_needs_no_room() {
        for (var store : new String[] {"a", "b", "c", "d", "a", "d"}) {
            empty(store, 10, NOW);
        }
        assertThat(all).hasSize(MOST);
    }

    @Test
    void those_that_are_full_go_before_there_is_no_room() {
        empty("a", 10, NOW);
        empty("b", 20, NOW);
        empty("c", 1, NOW.plusSeconds(10));
        assertThat(all).containsOnlyKeys(of("b"), of("c"));
    }

    @Test
    void one_that_is_not_quite_full_stays() {
        empty("a", 10, NOW);
        empty("b", 1, NOW.plusSeconds(10).minusNanos(1));
        assertThat(all).containsOnlyKeys(of("a"), of("b"));
    }

    @Test
    void one_that_is_filled_is_not_kept() {
        empty("a", 10, NOW);
        buckets.giveBack(of("a"), NOW, bucket -> bucket.without(-9_999_999_999L));
        assertThat(all).hasSize(1);
        buckets.giveBack(of("a"), NOW, bucket -> bucket.without(-1));
        assertThat(all).isEmpty();
    }

    @Test
    void one_that_is_not_there_is_not_refilled() {
        buckets.giveBack(of("a"), NOW, bucket -> bucket.without(1));
        assertThat(all).isEmpty();
    }

    @Test
    void many_that_come_and_go_do_not_gather() {
        var unbounded = new Buckets(all, Integer.MAX_VALUE);
        for (int second = 0; second < 1_000; second++) {
            empty(unbounded, "s" + second, 10, NOW.plusSeconds(second));
        }
        assertThat(all).hasSizeBetween(10, 20);
    }

    @Test
    void far_more_than_there_is_room_for_stay_within_it() {
        for (int i = 0; i < 1_000; i++) {
            empty("s" + i, 1_000, NOW.plusMillis(i));
            assertThat(all).hasSizeLessThanOrEqualTo(MOST);
        }
    }

    private void empty(String store, int seconds, Instant now) {
        empty(buckets, store, seconds, now);
    }

    private static void empty(Buckets buckets, String store, int seconds, Instant now) {
        buckets.change(of(store), now, Bucket.full(now), bucket -> bucket.without(seconds * 1_000_000_000L));
    }

    private static Holder of(String store) {
        return new Holder("bursts", store, null, false);
    }
}
