package dev.tiergate.limits;

import static dev.tiergate.limits.Limits.limit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Limit.Window;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CopyKeeperTest {

    private static final Limit DAILY = limit("daily", Window.DAY, 9);
    private static final WindowSpan TODAY =
            new WindowSpan(Instant.parse("2026-03-01T00:00:00Z"), Instant.parse("2026-03-02T00:00:00Z"));

    private final Copies copies = new Copies();
    private final CopyKeeper keeper = new CopyKeeper(copies);

    @Test
    void what_could_not_be_saved_is_saved_the_next_time_and_the_parts_behind_it_now() {
        for (int i = 0; i < 2_500; i++) {
            learned(counter(Limits.subject()), new Told(1, 0, 1, 1));
        }
        copies.failing = true;
        keeper.end();
        assertThat(copies.sizes()).containsExactly(1_000, 1_000, 500);

        copies.saves.clear();
        copies.failing = false;
        keeper.end();
        assertThat(copies.sizes()).containsExactly(1_000, 1_000, 500);

        copies.saves.clear();
        keeper.end();
        assertThat(copies.saves).isEmpty();
    }

    @Test
    void of_a_window_that_ended_without_redis_the_copy_stays_as_it_was() {
        NodeCounter counter = counter(Limits.subject());
        learned(counter, new Told(480, 0, 1, 57));
        keeper.end();
        copies.saves.clear();
        learned(counter, new Told(0, 0, 2, 0));
        keeper.end();
        assertThat(copies.saves).isEmpty();

        learned(counter, new Told(3, 0, 2, 1));
        keeper.end();
        assertThat(copies.saves).singleElement().asInstanceOf(LIST).hasSize(1);
    }

    @Test
    void what_redis_lost_before_it_was_copied_is_not_copied_as_nothing() {
        NodeCounter counter = counter(Limits.subject());
        learned(counter, new Told(480, 0, 1, 57));
        learned(counter, new Told(0, 0, 2, 0));
        keeper.end();
        assertThat(copies.saves).allMatch(List::isEmpty);
    }

    @Test
    void what_changes_while_it_is_saved_is_saved_again() {
        var subject = Limits.subject();
        NodeCounter counter = counter(subject);
        learned(counter, new Told(5, 0, 1, 5));
        copies.saved = Promise.promise();
        keeper.end();
        learned(counter, new Told(6, 0, 1, 6));
        assertThat(keeper.changed(subject.store().externalId())).containsExactly(counter);
        copies.saved.complete();
        assertThat(keeper.changed(subject.store().externalId())).containsExactly(counter);

        copies.saves.clear();
        keeper.end();
        assertThat(copies.sizes()).containsExactly(1);
        assertThat(keeper.changed(subject.store().externalId())).isEmpty();
    }

    private static NodeCounter counter(Subject subject) {
        return new NodeCounter(Place.of(subject, DAILY, TODAY));
    }

    private void learned(NodeCounter counter, Told told) {
        assertThat(counter.learn(told)).isTrue();
        keeper.learned(counter);
    }

    /** Copies in memory. */
    private static final class Copies implements DurableCounters {

        private final List<List<CounterCopy>> saves = new ArrayList<>();
        private boolean failing;
        private Promise<Void> saved = done();

        private static Promise<Void> done() {
            Promise<Void> done = Promise.promise();
            done.complete();
            return done;
        }

        private List<Integer> sizes() {
            return saves.stream().map(List::size).toList();
        }

        @Override
        public Future<Stored> load(String store) {
            return Future.failedFuture("nothing is loaded here");
        }

        @Override
        public Duration deadline() {
            return Duration.ofSeconds(1);
        }

        @Override
        public Future<Void> save(List<CounterCopy> rows) {
            saves.add(rows);
            return failing ? Future.failedFuture("away") : saved.future();
        }
    }
}
