package dev.tiergate.entitlement;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A cache over a source that does as it is told, with a clock that is set by hand. */
abstract class CacheScene {

    static final Duration TTL = Duration.ofMinutes(5);
    static final Duration MAX_STALE = Duration.ofHours(1);
    static final CacheBounds BOUNDS =
            new CacheBounds(1_000, 1_000, Duration.ofSeconds(10), 4, 20, Duration.ofSeconds(15), Duration.ofSeconds(1));

    final Vertx vertx = Vertx.vertx();
    final FakeSource source = new FakeSource();
    private final AtomicLong nanos = new AtomicLong(1_000_000);
    private final FakeTextKeeper kept = new FakeTextKeeper();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final EntitlementCopies copies =
            new EntitlementCopies(kept, () -> Fixtures.NOW.plusNanos(nanos.get()), () -> MAX_STALE, registry);
    private Loading loading;
    private Snapshots snapshots;
    EntitlementCache cache;

    @BeforeEach
    void open() {
        loading = new Loading(vertx, vertx.getOrCreateContext());
        snapshots = new Snapshots(loading, source, (table, key, why) -> {}, copies);
        cache = cache(BOUNDS, null);
    }

    @AfterEach
    void close() {
        Waiting.get(vertx.close());
    }

    EntitlementCache cache(CacheBounds bounds, String unknownStoreTier) {
        return new EntitlementCache(
                loading,
                source,
                snapshots,
                new CacheSettings(TTL, MAX_STALE, unknownStoreTier),
                bounds,
                nanos::get,
                copies);
    }

    void load() {
        onLoading(() -> snapshots.read());
        Waiting.until("the catalogue is loaded", () -> {
            var known = snapshots.current();
            return known != null && known.revision() == source.revisionNow();
        });
    }

    void invalidate(String id) {
        onLoading(() -> cache.invalidate(id, source.revisionNow()));
    }

    void onLoading(Runnable task) {
        Promise<Void> done = Promise.promise();
        loading.run(() -> {
            task.run();
            done.complete();
        });
        Waiting.get(done.future());
    }

    void advance(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    String tierOf(String id) {
        return found(id).entitlements().tier().code();
    }

    Optional<Duration> stale(String id) {
        return found(id).stale();
    }

    /** What is fresh has to be answered at once, without a word of its age, and without a load. */
    private Lookup.Found found(String id) {
        var fresh = cache.fresh(id);
        var asked = source.asked.size();
        var answer = cache.find(id);
        if (fresh != null) {
            assertThat(answer.result()).isEqualTo(new Lookup.Found(fresh, Optional.empty()));
            assertThat(source.asked).hasSize(asked);
        }
        return (Lookup.Found) Waiting.get(answer);
    }
}
