package dev.tiergate.api.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.entitlement.CacheSettings;
import dev.tiergate.entitlement.EntitlementService;
import dev.tiergate.entitlement.EntitlementSettings;
import dev.tiergate.fixtures.Redis;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node's pages, taken in up to the bounds and told in order. */
class EventHubIT {

    private static final long PATIENCE_SECONDS = 30;
    private static final Duration NO_TIME = Duration.ofMillis(1);

    /** How many stores are listened for without a page. */
    private static final int SOME = 10;

    private static final int NONE = 0;

    private final Vertx vertx = Vertx.vertx();
    /** Never answers: what is asked of it is not in question here. */
    private final EntitlementService entitlements = EntitlementService.start(
            vertx,
            EntitlementSettings.of("postgresql://127.0.0.1:1/none", CacheSettings.DEFAULT),
            new SimpleMeterRegistry());

    private EventHub hub;

    @AfterEach
    void close() throws Exception {
        await(hub.close());
        await(entitlements.close());
        await(vertx.close());
    }

    @Test
    void a_store_gets_so_many_places_and_a_node_so_many_and_those_who_leave_make_room() throws Exception {
        open(2, 3, SOME);
        var first = enter("a", null);
        assertThat(first.entry()).isEqualTo(Opening.Entry.OPEN);
        assertThat(enter("a", null).entry()).isEqualTo(Opening.Entry.OPEN);
        assertThat(enter("a", null).entry()).isEqualTo(Opening.Entry.STORE_FULL);
        assertThat(enter("b", null).entry()).isEqualTo(Opening.Entry.OPEN);
        assertThat(enter("c", null).entry()).isEqualTo(Opening.Entry.NODE_FULL);
        Objects.requireNonNull(first.seat()).leave();
        assertThat(enter("c", null).entry()).isEqualTo(Opening.Entry.OPEN);
    }

    @Test
    void who_comes_back_within_the_time_is_told_what_was_missed_and_later_to_read_anew() throws Exception {
        open(2, 3, SOME);
        var left = enter("a", null);
        Objects.requireNonNull(left.seat()).leave();
        hub.storeChanged("a", 2);
        var back = enter("a", left.last());
        assertThat(back.missed()).hasSize(1);
        assertThat(back.missed().get(0).id().number()).isEqualTo(left.last().number() + 1);
        assertThat(enter("a", back.missed().get(0).id()).missed()).isEmpty();
    }

    @Test
    void a_store_that_nobody_listens_for_is_forgotten() throws Exception {
        open(2, 3, NONE);
        var left = enter("a", null);
        hub.storeChanged("a", 2);
        Objects.requireNonNull(left.seat()).leave();
        assertThat(enter("a", left.last()).missed())
                .singleElement()
                .satisfies(next -> assertThat(next.event().type()).isEqualTo("entitlements-changed"));
    }

    @Test
    void what_changed_while_a_store_was_forgotten_is_not_forgotten() throws Exception {
        open(2, 3, NONE);
        var left = enter("a", null);
        Objects.requireNonNull(left.seat()).leave();
        hub.storeChanged("a", 2);
        assertThat(enter("a", left.last()).missed()).hasSize(1);
    }

    @Test
    void after_the_end_there_are_no_places() throws Exception {
        open(2, 3, NONE);
        var page = new Heard();
        await(hub.open("a", null, null, page));
        await(hub.end());
        assertThat(page.heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("end");
        assertThat(enter("a", null).entry()).isEqualTo(Opening.Entry.NODE_FULL);
    }

    private void open(int ofStore, int pages, int lingering) {
        var bounds = new EventBounds(ofStore, pages, 4, Duration.ofMinutes(1), lingering, NO_TIME, 100);
        hub = EventHub.open(
                vertx,
                Redis.shared()::uri,
                Duration.ofSeconds(10),
                entitlements.cache(),
                bounds,
                new SimpleMeterRegistry());
    }

    private Opening enter(String store, EventId read) throws Exception {
        return await(hub.open(store, null, read, new Heard()));
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Writes down what it is told. */
    private static final class Heard implements EventPage {

        final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

        @Override
        public void tell(EventId id, PageEvent event) {
            heard.add(event.type());
        }

        @Override
        public void end() {
            heard.add("end");
        }
    }
}
