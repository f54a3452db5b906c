package dev.tiergate.entitlement;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Ids that are no store, as the cache remembers them. */
class UnknownStoresTest extends CacheScene {

    @Test
    void an_unknown_store_is_asked_for_once_until_its_time_is_over() {
        load();
        assertThat(Waiting.get(cache.find("nobody"))).isInstanceOf(Lookup.Unknown.class);
        assertThat(cache.find("nobody").result()).isInstanceOf(Lookup.Unknown.class);
        advance(BOUNDS.unknownTtl().minusNanos(1));
        assertThat(cache.find("nobody").isComplete()).isTrue();
        advance(Duration.ofNanos(1));
        Waiting.get(cache.find("nobody"));
        assertThat(source.asked).containsExactly("nobody", "nobody");
    }

    @Test
    void an_unknown_store_is_known_as_soon_as_its_change_is() {
        load();
        Waiting.get(cache.find("s1"));
        source.store("s1", "gold");
        invalidate("s1");
        assertThat(tierOf("s1")).isEqualTo("gold");
    }

    @Test
    void an_unknown_store_can_have_a_tier() {
        cache = cache(BOUNDS, "silver");
        load();
        assertThat(tierOf("nobody")).isEqualTo("silver");
        assertThat(((Lookup.Found) cache.find("nobody").result())
                        .entitlements()
                        .store()
                        .externalId())
                .isEqualTo("nobody");
        cache.reconfigure(new CacheSettings(TTL, MAX_STALE, "no_such_tier"));
        assertThat(cache.find("nobody").result()).isInstanceOf(Lookup.Unavailable.class);
        cache.reconfigure(new CacheSettings(TTL, MAX_STALE, null));
        assertThat(cache.find("nobody").result()).isInstanceOf(Lookup.Unknown.class);
    }

    @Test
    void ids_that_are_no_store_do_not_fill_the_memory() {
        cache = cache(
                new CacheBounds(100, 100, Duration.ofSeconds(10), 4, 20, Duration.ofSeconds(15), Duration.ofSeconds(1)),
                null);
        load();
        for (int i = 0; i < 2_000; i++) {
            Waiting.get(cache.find("nobody" + i));
        }
        Waiting.until("the oldest are gone", () -> cache.absences() <= 100);
    }
}
