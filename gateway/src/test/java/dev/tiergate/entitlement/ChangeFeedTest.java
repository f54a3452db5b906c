package dev.tiergate.entitlement;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the poll makes of an answer that comes at an odd time. */
class ChangeFeedTest {

    private final Vertx vertx = Vertx.vertx();
    private final Loading loading = new Loading(vertx, vertx.getOrCreateContext());
    private final FakeSource source = new FakeSource();
    private final EntitlementCopies copies = new EntitlementCopies(
            TextKeeper.NONE, InstantSource.system(), CacheSettings.DEFAULT::maxStale, new SimpleMeterRegistry());
    private final Snapshots snapshots = new Snapshots(loading, source, (table, key, why) -> {}, copies);
    private final EntitlementCache cache = new EntitlementCache(
            loading, source, snapshots, CacheSettings.DEFAULT, CacheBounds.DEFAULT, System::nanoTime, copies);

    @AfterEach
    void close() {
        Waiting.get(vertx.close());
    }

    @Test
    void an_answer_that_a_notification_overtook_is_no_new_beginning() {
        source.store("s1", "silver");
        var known = Waiting.get(snapshots.read()).revision();
        Waiting.get(cache.find("s1"));
        var polled = new Polled();
        var feed = new ChangeFeed(loading, polled, snapshots, cache, ChangeFeedTest::nobody, Duration.ofMillis(5));
        loading.run(() -> feed.start(known));
        Waiting.until("the poll asks", () -> polled.times.get() >= 1);
        loading.run(() -> {
            feed.notified((known + 1) + " another");
            polled.answer.complete(known);
        });
        Waiting.until("the poll goes on", () -> polled.times.get() >= 3);
        assertThat(feed.revision()).isEqualTo(known + 1);
        assertThat(cache.find("s1").isComplete()).isTrue();
        assertThat(source.asked).containsExactly("s1");
    }

    /** Where no PostgreSQL listens: notifications come by hand. */
    private static PgConnectOptions nobody() {
        return new PgConnectOptions()
                .setHost("127.0.0.1")
                .setPort(1)
                .setDatabase("none")
                .setUser("none");
    }

    /** Answers the first question when it is told to, and the others never. */
    private static final class Polled implements EntitlementSource {

        final Promise<Long> answer = Promise.promise();
        final AtomicInteger times = new AtomicInteger();

        @Override
        public Future<Long> revision() {
            return times.incrementAndGet() == 1
                    ? answer.future()
                    : Promise.<Long>promise().future();
        }

        @Override
        public Future<CatalogueRows> catalogue() {
            return Future.failedFuture("not asked for here");
        }

        @Override
        public Future<LoadedStore> store(String externalId) {
            return Future.failedFuture("not asked for here");
        }
    }
}
