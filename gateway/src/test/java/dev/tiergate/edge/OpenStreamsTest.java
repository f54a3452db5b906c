package dev.tiergate.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.entitlement.Lookup;
import dev.tiergate.entitlement.StoreEntitlements;
import dev.tiergate.entitlement.StoreScene;
import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.telemetry.GateMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many streams one turn of the event loop decides, in what order, and when what could not be decided is tried again. */
class OpenStreamsTest {

    private static final int SLICE = OpenStreams.SLICE;
    private static final StoreEntitlements BEFORE = StoreScene.shop("gold").store();
    private static final StoreEntitlements AFTER = StoreScene.shop("silver").store();

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final BlockingQueue<Decided> decided = new LinkedBlockingQueue<>();
    private final List<Integer> cutOff = new ArrayList<>();
    private boolean enforced = true;
    private Lookup known = new Lookup.Found(BEFORE, Optional.empty());

    /** Asked of the entitlements, where they are not known at once. */
    private @Nullable Function<String, Future<Lookup>> lookups;

    private final OpenStreams streams =
            onLoop(() -> new OpenStreams(vertx, this::lookup, new GateMetrics(new SimpleMeterRegistry())));

    private record Decided(int number, StoreEntitlements by) {}

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void a_slice_of_a_store_is_decided_in_one_turn() {
        open("s1", SLICE, OpenStreamsTest::goOn);
        assertThat(turns(() -> streams.storeChanged("s1", 2))).containsExactly(SLICE);
    }

    @Test
    void one_more_than_a_slice_waits_for_the_next_turn() {
        open("s1", SLICE + 1, OpenStreamsTest::goOn);
        assertThat(turns(() -> streams.storeChanged("s1", 2))).containsExactly(SLICE, 1);
    }

    @Test
    void stores_that_changed_together_share_a_slice() {
        open("s1", SLICE - 1, OpenStreamsTest::goOn);
        open("s2", 2, OpenStreamsTest::goOn);
        assertThat(turns(() -> streams.allChanged(2))).containsExactly(SLICE, 1);
    }

    @Test
    void streams_of_a_store_that_is_gone_end_a_slice_at_a_time_too() {
        open("s1", SLICE + 1, OpenStreamsTest::goOn);
        known = new Lookup.Unknown();
        var first = onLoop(() -> {
            streams.storeChanged("s1", 2);
            var turn = new CompletableFuture<Integer>();
            loop.runOnContext(next -> turn.complete(cutOff.size()));
            return turn;
        });
        assertThat(first.join()).isEqualTo(SLICE);
        assertThat(onLoop(() -> List.copyOf(cutOff))).isEqualTo(newestFirst(SLICE + 1));
    }

    @Test
    void the_newest_are_decided_first() {
        open("s1", SLICE + 1, OpenStreamsTest::goOn);
        turns(() -> streams.storeChanged("s1", 2));
        assertThat(decided.stream().map(Decided::number)).isEqualTo(newestFirst(SLICE + 1));
    }

    @Test
    void each_slice_is_decided_by_what_the_store_may_use_then() {
        open("s1", SLICE + 1, may -> {
            known = new Lookup.Found(AFTER, Optional.empty());
            return Allow.plain();
        });
        turns(() -> streams.storeChanged("s1", 2));
        assertThat(decided.stream().filter(one -> one.by() == BEFORE)).hasSize(SLICE);
        assertThat(decided).last().extracting(Decided::by).isEqualTo(AFTER);
    }

    @Test
    void one_that_ends_before_its_turn_is_not_decided() {
        var over = new AtomicBoolean();
        var oldest = new Stream("s1", 0, OpenStreamsTest::goOn);
        onLoop(() -> {
            streams.opened(oldest);
            return null;
        });
        open("s1", SLICE, may -> {
            if (!over.getAndSet(true)) {
                streams.ended(oldest);
            }
            return Allow.plain();
        });
        turns(() -> streams.storeChanged("s1", 2));
        assertThat(decided).hasSize(SLICE);
    }

    @Test
    void what_ends_later_does_not_postpone_the_retry_of_what_could_not_be_decided() throws Exception {
        open("s1", 1, OpenStreamsTest::goOn);
        known = new Lookup.Unavailable("the database is away");
        assertThat(turns(() -> streams.storeChanged("s1", 2))).isEmpty();
        var lent =
                StoreScene.shop("gold").override("reports", true, Instant.now().plus(1, ChronoUnit.HOURS));
        known = new Lookup.Found(lent.store(), Optional.empty());
        assertThat(turns(() -> streams.storeChanged("s1", 3))).containsExactly(1);
        decided.clear();
        assertThat(decided.poll(10, TimeUnit.SECONDS)).as("the retry").isNotNull();
    }

    @Test
    void what_is_known_to_be_old_is_looked_at_again_though_nobody_tells_of_it() throws Exception {
        open("s1", 1, OpenStreamsTest::goOn);
        known = new Lookup.Found(BEFORE, Optional.of(Duration.ofSeconds(1)));
        assertThat(turns(() -> streams.storeChanged("s1", 2))).containsExactly(1);
        decided.clear();
        known = new Lookup.Found(AFTER, Optional.empty());
        assertThat(decided.poll(10, TimeUnit.SECONDS))
                .as("the retry")
                .extracting(Decided::by)
                .isEqualTo(AFTER);
    }

    @Test
    void an_answer_that_was_asked_for_before_a_change_decides_nothing() throws Exception {
        open("s1", 1, OpenStreamsTest::goOn);
        var asked = new LinkedBlockingQueue<Promise<Lookup>>();
        lookups = store -> {
            var answer = Promise.<Lookup>promise();
            asked.add(answer);
            return answer.future();
        };
        streams.storeChanged("s1", 2);
        var before = next(asked);
        streams.storeChanged("s1", 3);
        var after = next(asked);
        onLoop(() -> before.tryComplete(new Lookup.Found(BEFORE, Optional.empty())));
        assertThat(decided).isEmpty();
        onLoop(() -> after.tryComplete(new Lookup.Found(AFTER, Optional.empty())));
        assertThat(next(decided).by()).isEqualTo(AFTER);
        assertThat(decided).isEmpty();
    }

    @Test
    void where_nothing_is_enforced_no_stream_ends_not_even_of_a_store_that_is_gone() {
        open("s1", 2, OpenStreamsTest::goOn);
        enforced = false;
        assertThat(turns(() -> streams.storeChanged("s1", 2))).isEmpty();
        known = new Lookup.Unknown();
        assertThat(turns(() -> streams.storeChanged("s1", 3))).isEmpty();
        assertThat(onLoop(() -> List.copyOf(cutOff))).isEmpty();
    }

    private Future<Lookup> lookup(String store) {
        return lookups == null ? Future.succeededFuture(known) : lookups.apply(store);
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        return Objects.requireNonNull(queue.poll(10, TimeUnit.SECONDS));
    }

    private static List<Integer> newestFirst(int count) {
        return IntStream.range(0, count).map(i -> count - 1 - i).boxed().toList();
    }

    private static Decision goOn(StoreEntitlements may) {
        return Allow.plain();
    }

    /** Streams of one store, numbered by age. */
    private void open(String store, int count, Function<StoreEntitlements, Decision> answer) {
        onLoop(() -> {
            IntStream.range(0, count).forEach(number -> streams.opened(new Stream(store, number, answer)));
            return count;
        });
    }

    /** How many are decided in each turn of the loop that a change takes. */
    private List<Integer> turns(Runnable change) {
        var turns = new ArrayList<Integer>();
        var done = new CompletableFuture<Void>();
        onLoop(() -> {
            change.run();
            loop.runOnContext(turn -> count(0, turns, done));
            return turns;
        });
        done.orTimeout(10, TimeUnit.SECONDS).join();
        return turns;
    }

    private void count(int before, List<Integer> turns, CompletableFuture<Void> done) {
        int all = decided.size();
        if (all == before) {
            done.complete(null);
        } else {
            turns.add(all - before);
            loop.runOnContext(turn -> count(all, turns, done));
        }
    }

    private <T> T onLoop(Callable<T> what) {
        var done = new CompletableFuture<T>();
        loop.runOnContext(turn -> {
            try {
                done.complete(what.call());
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
        });
        return done.orTimeout(10, TimeUnit.SECONDS).join();
    }

    private final class Stream implements OpenStream {

        private final String store;
        private final int number;
        private final Function<StoreEntitlements, Decision> answer;

        Stream(String store, int number, Function<StoreEntitlements, Decision> answer) {
            this.store = store;
            this.number = number;
            this.answer = answer;
        }

        @Override
        public String store() {
            return store;
        }

        @Override
        public boolean isDecidedBy(StoreEntitlements entitlements) {
            return entitlements == BEFORE;
        }

        @Override
        public boolean isEnforcedNow() {
            return enforced;
        }

        @Override
        public Future<Decision> decide(Instant now, StoreEntitlements may) {
            decided.add(new Decided(number, may));
            return Future.succeededFuture(answer.apply(may));
        }

        @Override
        public void cutOff(Refuse why, @Nullable StoreEntitlements may) {
            cutOff.add(number);
            streams.ended(this);
        }
    }
}
