package dev.tiergate.entitlement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.telemetry.MetricNames;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a node leaves behind, and what another one, with nothing in memory and no source, makes of it. */
class EntitlementCopiesTest {

    private static final Duration MAX_STALE = Duration.ofHours(1);
    private static final CacheBounds BOUNDS =
            new CacheBounds(100, 100, Duration.ofSeconds(10), 4, 20, Duration.ofSeconds(15), Duration.ofSeconds(1));

    private final Vertx vertx = Vertx.vertx();
    private final FakeSource source = new FakeSource();
    private final FakeTextKeeper kept = new FakeTextKeeper();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicLong nanos = new AtomicLong(1_000_000);
    private Node node = new Node();

    /** A gateway's memory. */
    private final class Node {
        final Loading loading = new Loading(vertx, vertx.getOrCreateContext());
        final EntitlementCopies copies =
                new EntitlementCopies(kept, () -> Fixtures.NOW.plusNanos(nanos.get()), () -> MAX_STALE, registry);
        final Snapshots snapshots = new Snapshots(loading, source, (table, key, why) -> {}, copies);
        final EntitlementCache cache = new EntitlementCache(
                loading,
                source,
                snapshots,
                new CacheSettings(Duration.ofMinutes(5), MAX_STALE, null),
                BOUNDS,
                nanos::get,
                copies);

        void on(Runnable task) {
            Promise<Void> done = Promise.promise();
            loading.run(() -> {
                task.run();
                done.complete();
            });
            Waiting.get(done.future());
        }

        Lookup find(String id) {
            return Waiting.get(cache.find(id));
        }

        Lookup.Found found(String id) {
            return (Lookup.Found) find(id);
        }
    }

    @AfterEach
    void close() {
        Waiting.get(vertx.close());
    }

    @Test
    void after_a_restart_without_a_source_a_store_is_answered_from_its_copy_and_its_age_is_said() {
        leaveCopyOf("s1");
        restartWithoutSource();
        advance(Duration.ofSeconds(7));
        assertThat(node.cache.rung()).isEqualTo(EntitlementsRung.STALE);
        var found = node.found("s1");
        assertThat(found.entitlements().tier().code()).isEqualTo("silver");
        assertThat(found.stale()).contains(Duration.ofSeconds(7));
        advance(Duration.ofSeconds(3));
        assertThat(node.found("s1").stale()).contains(Duration.ofSeconds(10));
        assertThat(node.cache.find("s1").isComplete()).as("from memory now").isTrue();
        assertThat(node.cache.rung()).isEqualTo(EntitlementsRung.COPY);
        assertThat(node.find("s2")).isInstanceOf(Lookup.Unavailable.class);
        assertThat(counted("used")).isEqualTo(2);
    }

    @Test
    void what_a_store_asked_to_try_is_in_its_copy() {
        source.optIns = Set.of("base");
        leaveCopyOf("s1");
        restartWithoutSource();
        assertThat(node.found("s1").entitlements().optedIn("base")).isTrue();
        assertThat(node.found("s1").entitlements().optedIn("reports")).isFalse();
    }

    @Test
    void a_copy_is_used_to_max_stale_and_no_longer() {
        leaveCopyOf("s1");
        restartWithoutSource();
        advance(MAX_STALE);
        assertThat(node.found("s1").stale()).contains(MAX_STALE);
        advance(Duration.ofNanos(1));
        assertThat(node.find("s1")).isInstanceOf(Lookup.Unavailable.class);
        assertThat(counted("expired")).isEqualTo(1);
    }

    @Test
    void when_the_source_is_back_a_copied_store_is_read_before_it_is_answered() {
        leaveCopyOf("s1");
        restartWithoutSource();
        assertThat(node.found("s1").stale()).isPresent();
        source.store("s1", "gold");
        source.breakDown(false);
        node.on(() -> node.cache.sourceAway(false));
        advance(BOUNDS.retry().plusMillis(1));
        var found = node.found("s1");
        assertThat(found.entitlements().tier().code()).isEqualTo("gold");
        assertThat(found.stale()).isEmpty();
    }

    @Test
    void a_load_that_fails_falls_back_to_the_copy_before_the_outage_is_known() {
        leaveCopyOf("s1");
        restartWithoutSource();
        node.on(() -> node.cache.sourceAway(false));
        assertThat(node.found("s1").stale()).isPresent();
        assertThat(source.asked).containsExactly("s1", "s1");
    }

    @Test
    void a_store_that_is_gone_leaves_no_copy() {
        leaveCopyOf("s1");
        source.store("s1", null);
        node.on(() -> node.cache.invalidate("s1", source.revisionNow()));
        assertThat(node.find("s1")).isInstanceOf(Lookup.Unknown.class);
        Waiting.until("it is removed", () -> !kept.texts.containsKey("tg:{s1}:entitlements"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "{",
                "[]",
                "{\"version\":2,\"at\":1.0,\"content\":{\"revision\":1,\"row\":{\"overrides\":[],\"roles\":{}}}}",
                "{\"version\":1,\"at\":1.0,\"content\":{\"revision\":1,\"row\":null}}",
                "{\"version\":1,\"at\":1.0,\"content\":{\"revision\":1,\"row\":{\"externalId\":\"s1\"}}}",
                "{\"version\":1,\"at\":1.0,\"content\":{\"revision\":1,\"row\":{\"overrides\":[null],\"roles\":{}}}}",
                "{\"version\":1,\"content\":{\"revision\":1,\"row\":{\"overrides\":[],\"roles\":{}}}}"
            })
    void a_copy_of_another_version_or_a_damaged_one_is_none_and_is_counted(String text) {
        leaveCopyOf("s1");
        kept.texts.put("tg:{s1}:entitlements", text);
        restartWithoutSource();
        assertThat(node.find("s1")).isInstanceOf(Lookup.Unavailable.class);
        assertThat(counted("unreadable")).isEqualTo(1);
    }

    @Test
    void where_copies_cannot_be_asked_a_store_is_unavailable() {
        leaveCopyOf("s1");
        restartWithoutSource();
        kept.breakDown(true);
        assertThat(node.find("s1")).isInstanceOf(Lookup.Unavailable.class);
        assertThat(counted("failed")).isEqualTo(1);
    }

    private void leaveCopyOf(String id) {
        source.store(id, "silver");
        Waiting.get(node.snapshots.read());
        assertThat(node.found(id).stale()).isEmpty();
        Waiting.until("the copy is there", () -> kept.texts.containsKey("tg:{" + id + "}:entitlements"));
    }

    private void restartWithoutSource() {
        source.breakDown(true);
        node = new Node();
        Promise<Boolean> read = Promise.promise();
        node.loading.run(() -> {
            node.cache.sourceAway(true);
            node.snapshots.readCopy().onComplete(read);
        });
        assertThat(Waiting.get(read.future())).isTrue();
    }

    private void advance(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private double counted(String outcome) {
        return registry.counter(MetricNames.ENTITLEMENT_COPIES, "outcome", outcome)
                .count();
    }
}
