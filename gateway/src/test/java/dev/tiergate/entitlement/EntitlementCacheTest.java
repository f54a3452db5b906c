package dev.tiergate.entitlement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.telemetry.Lately;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The ladder, rung by rung. */
class EntitlementCacheTest extends CacheScene {

    @Test
    void before_the_catalogue_is_loaded_every_store_is_unavailable() {
        source.store("s1", "silver");
        assertThat(cache.find("s1").result()).isInstanceOf(Lookup.Unavailable.class);
        assertThat(source.asked).isEmpty();
    }

    @Test
    void a_known_store_is_answered_at_once_with_the_same_entitlements() {
        load();
        source.store("s1", "silver");
        assertThat(tierOf("s1")).isEqualTo("silver");
        var warm = cache.find("s1");
        assertThat(warm.isComplete()).isTrue();
        assertThat(cache.fresh("s1")).isSameAs(((Lookup.Found) warm.result()).entitlements());
        assertThat(((Lookup.Found) cache.find("s1").result()).entitlements())
                .isSameAs(((Lookup.Found) warm.result()).entitlements());
        assertThat(source.asked).containsExactly("s1");
    }

    @Test
    void however_many_ask_one_query_answers_each_on_its_own_context() {
        load();
        source.store("s1", "silver");
        source.hold();
        Map<Context, Context> answeredOn = new ConcurrentHashMap<>();
        var waiting = new AtomicInteger();
        var all = new ArrayList<Future<Void>>();
        for (int i = 0; i < 50; i++) {
            all.add(onAnEventLoop(waiting, answeredOn));
        }
        Waiting.until("all wait", () -> source.held() == 1 && waiting.get() == 50);
        source.release();
        all.forEach(Waiting::get);
        assertThat(source.asked).containsExactly("s1");
        assertThat(answeredOn)
                .hasSize(50)
                .allSatisfy((asked, answered) -> assertThat(answered).isSameAs(asked));
    }

    private Future<Void> onAnEventLoop(AtomicInteger asked, Map<Context, Context> answeredOn) {
        Promise<Void> done = Promise.promise();
        vertx.deployVerticle(new VerticleBase() {
            @Override
            public Future<?> start() {
                var mine = context;
                mine.runOnContext(none -> {
                    cache.find("s1").onSuccess(lookup -> {
                        answeredOn.put(mine, Objects.requireNonNull(Vertx.currentContext()));
                        done.complete();
                    });
                    asked.incrementAndGet();
                });
                return Future.succeededFuture();
            }
        });
        return done.future();
    }

    @Test
    void no_more_queries_run_at_once_than_there_are_places_and_no_more_wait_than_may() {
        load();
        source.hold();
        var all = IntStream.range(0, 40).mapToObj(i -> cache.find("s" + i)).toList();
        Waiting.until("the places are taken", () -> source.held() == 4);
        assertThat(all.stream().filter(Future::isComplete).map(Future::result))
                .hasSize(16)
                .allSatisfy(
                        lookup -> assertThat(lookup).isEqualTo(new Lookup.Unavailable("too many stores are loading")));
        source.release();
        assertThat(all.stream().map(Waiting::get).filter(Lookup.Unknown.class::isInstance))
                .hasSize(24);
        assertThat(source.mostAtOnce.get()).isEqualTo(4);
    }

    @Test
    void a_load_that_takes_too_long_is_unavailable_and_its_late_answer_is_kept() {
        cache = cache(withDeadline(Duration.ofMillis(20)), null);
        load();
        source.store("s1", "silver");
        source.hold();
        assertThat(Waiting.get(cache.find("s1"))).isInstanceOf(Lookup.Unavailable.class);
        source.release();
        Waiting.until("the late answer is kept", () -> cache.size() == 1);
        assertThat(cache.find("s1").isComplete()).isTrue();
        assertThat(source.asked).containsExactly("s1");
    }

    @Test
    void a_late_answer_from_before_a_change_is_not_kept() {
        cache = cache(withDeadline(Duration.ofMillis(20)), null);
        load();
        source.store("s1", "bronze");
        source.hold();
        assertThat(Waiting.get(cache.find("s1"))).isInstanceOf(Lookup.Unavailable.class);
        source.store("s1", "gold");
        invalidate("s1");
        source.release();
        assertThat(tierOf("s1")).isEqualTo("gold");
    }

    @Test
    void within_the_ttl_nothing_is_read_and_after_it_once_behind_the_answer() {
        load();
        source.store("s1", "silver");
        tierOf("s1");
        advance(TTL.multipliedBy(4).dividedBy(5).minusMillis(1));
        cache.find("s1");
        assertThat(source.asked).hasSize(1);
        advance(TTL.dividedBy(5).plusMillis(2));
        source.store("s1", "gold");
        var behind = cache.find("s1");
        assertThat(behind.isComplete()).isTrue();
        assertThat(((Lookup.Found) behind.result()).stale()).isEmpty();
        Waiting.until("it is read again", () -> tierOf("s1").equals("gold"));
        assertThat(source.asked).hasSize(2);
    }

    @Test
    void stores_loaded_together_are_not_read_again_together() {
        load();
        var many = IntStream.range(0, 1_000)
                .mapToObj(i -> new CachedStore(storeCalled("s" + i), 1_000_000, 1))
                .toList();
        long ttl = TTL.toNanos();
        assertThat(due(many, ttl * 8 / 10 - 1)).isZero();
        assertThat(due(many, ttl * 9 / 10)).isBetween(350L, 650L);
        assertThat(due(many, ttl)).isEqualTo(1_000);
    }

    private static long due(List<CachedStore> all, long age) {
        return all.stream()
                .filter(store -> store.refreshDue(1_000_000 + age, TTL.toNanos()))
                .count();
    }

    private StoreEntitlements storeCalled(String id) {
        var view = Objects.requireNonNull(Fixtures.shop().view("shop", "gold"));
        return StoreReader.unknownStore(id, view);
    }

    @Test
    void while_the_source_is_away_a_store_is_served_to_max_stale_and_no_longer() {
        load();
        source.store("s1", "silver");
        tierOf("s1");
        source.breakDown(true);
        advance(TTL.plusMillis(1));
        cache.find("s1");
        Waiting.until("its age is said", () -> stale("s1").isPresent());
        assertThat(stale("s1")).contains(TTL.plusMillis(1));
        advance(MAX_STALE.minus(TTL).minusMillis(1));
        assertThat(stale("s1")).contains(MAX_STALE);
        advance(Duration.ofMillis(1));
        assertThat(Waiting.get(cache.find("s1"))).isInstanceOf(Lookup.Unavailable.class);
        source.breakDown(false);
        assertThat(tierOf("s1")).isEqualTo("silver");
    }

    @Test
    void the_rung_is_fresh_then_stale_and_down_past_max_stale() {
        load();
        source.store("s1", "silver");
        tierOf("s1");
        assertThat(cache.rung()).isEqualTo(EntitlementsRung.FRESH);
        source.breakDown(true);
        onLoading(() -> cache.sourceAway(true));
        assertThat(cache.rung()).isEqualTo(EntitlementsRung.STALE);
        advance(MAX_STALE);
        assertThat(cache.rung()).isEqualTo(EntitlementsRung.STALE);
        advance(Duration.ofNanos(1));
        assertThat(cache.rung()).isEqualTo(EntitlementsRung.DOWN);
        onLoading(() -> cache.sourceAway(false));
        assertThat(cache.rung()).isEqualTo(EntitlementsRung.FRESH);
    }

    @Test
    void a_store_of_which_nothing_is_known_is_the_lowest_rung_for_ten_seconds() {
        load();
        source.breakDown(true);
        onLoading(() -> cache.sourceAway(true));
        assertThat(Waiting.get(cache.find("s1"))).isInstanceOf(Lookup.Unavailable.class);
        assertThat(cache.rung()).isEqualTo(EntitlementsRung.DOWN);
        advance(Lately.SPAN.minusNanos(1));
        assertThat(cache.rung()).isEqualTo(EntitlementsRung.DOWN);
        advance(Duration.ofNanos(1));
        assertThat(cache.rung()).isEqualTo(EntitlementsRung.STALE);
    }

    @Test
    void a_failed_load_is_not_repeated_with_every_request() {
        load();
        source.store("s1", "silver");
        tierOf("s1");
        source.breakDown(true);
        advance(TTL.plusMillis(1));
        cache.find("s1");
        Waiting.until("it failed", () -> stale("s1").isPresent());
        int before = source.asked.size();
        for (int i = 0; i < 100; i++) {
            stale("s1");
        }
        assertThat(source.asked).hasSize(before);
        advance(BOUNDS.retry().plusMillis(1));
        stale("s1");
        Waiting.until("it is tried again", () -> source.asked.size() == before + 1);
    }

    @Test
    void a_store_of_which_a_change_is_known_is_read_before_it_is_answered() {
        load();
        source.store("s1", "bronze");
        tierOf("s1");
        source.store("s1", "gold");
        invalidate("s1");
        assertThat(tierOf("s1")).isEqualTo("gold");
    }

    @Test
    void where_that_fails_it_is_answered_from_memory_and_its_age_is_said() {
        load();
        source.store("s1", "bronze");
        tierOf("s1");
        advance(Duration.ofSeconds(7));
        source.store("s1", "gold");
        source.breakDown(true);
        invalidate("s1");
        assertThat(stale("s1")).contains(Duration.ofSeconds(7));
    }

    @Test
    void an_answer_that_was_on_its_way_when_the_change_came_is_not_used() {
        load();
        source.store("s1", "bronze");
        source.hold();
        var waiting = cache.find("s1");
        Waiting.until("the query is out", () -> source.held() == 1);
        source.store("s1", "gold");
        invalidate("s1");
        source.release();
        assertThat(((Lookup.Found) Waiting.get(waiting)).entitlements().tier().code())
                .isEqualTo("gold");
    }

    @Test
    void after_a_gap_every_store_is_read_before_it_is_answered() {
        load();
        source.store("s1", "bronze");
        source.store("s2", "bronze");
        tierOf("s1");
        tierOf("s2");
        source.store("s1", "gold");
        source.store("s2", "silver");
        onLoading(() -> cache.invalidateAll(source.revisionNow()));
        assertThat(tierOf("s1")).isEqualTo("gold");
        assertThat(tierOf("s2")).isEqualTo("silver");
    }

    @Test
    void a_new_catalogue_is_in_force_for_stores_in_memory_without_a_query() {
        load();
        source.store("s1", "bronze");
        tierOf("s1");
        source.catalogue(Fixtures.SHOP.replace("tiers: [ gold ]", "tiers: [ bronze, gold ]"));
        load();
        var found = (Lookup.Found) cache.find("s1").result();
        assertThat(found.entitlements().availability("only_gold", Fixtures.NOW).available())
                .isTrue();
        assertThat(source.asked).hasSize(1);
    }

    private static CacheBounds withDeadline(Duration deadline) {
        return new CacheBounds(
                BOUNDS.stores(),
                BOUNDS.unknown(),
                BOUNDS.unknownTtl(),
                BOUNDS.loads(),
                BOUNDS.waiting(),
                deadline,
                BOUNDS.retry());
    }
}
