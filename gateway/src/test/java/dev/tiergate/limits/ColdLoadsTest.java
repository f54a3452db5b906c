package dev.tiergate.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ColdLoadsTest {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(20);

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();

    @AfterEach
    void close() {
        LedgerNode.await(vertx.close());
    }

    @Test
    void so_many_run_at_a_time_in_the_order_in_which_they_came() {
        var copy = new Held(LONG);
        var loads = new ColdLoads(context, copy);
        var answers = begin(loads, 4);
        assertThat(copy.running()).containsExactlyInAnyOrder("0", "1");

        copy.end("1");
        LedgerNode.await(answers.get(1));
        assertThat(copy.running()).containsExactlyInAnyOrder("0", "2");
        copy.fail("0");
        assertThat(LedgerNode.await(failure(answers.get(0)))).isEqualTo("away");
        assertThat(copy.running()).containsExactlyInAnyOrder("2", "3");
    }

    @Test
    void so_many_wait_and_one_more_fails_at_once() {
        var loads = new ColdLoads(context, new Held(LONG));
        var answers = begin(loads, ColdLoads.MOST + ColdLoads.MOST_WAITING + 1);
        assertThat(answers.get(answers.size() - 1).failed()).isTrue();
        assertThat(answers.subList(0, answers.size() - 1)).noneMatch(Future::isComplete);
    }

    @Test
    void who_waited_for_the_deadline_is_told_and_is_not_loaded_any_more() {
        var copy = new Held(SHORT);
        var loads = new ColdLoads(context, copy);
        var answers = begin(loads, 3);
        LedgerNode.await(failure(answers.get(2)));
        copy.end("0");
        LedgerNode.await(on(() -> loads.load("later")).transform(Future::succeededFuture));
        assertThat(copy.begun).containsExactly("0", "1", "later");
    }

    private List<Future<DurableCounters.Stored>> begin(ColdLoads loads, int count) {
        List<Future<DurableCounters.Stored>> answers = new ArrayList<>();
        LedgerNode.await(on(() -> {
            for (int i = 0; i < count; i++) {
                answers.add(loads.load(Integer.toString(i)));
            }
            return Future.succeededFuture();
        }));
        return answers;
    }

    private static Future<String> failure(Future<?> answer) {
        return answer.map("answered").otherwise(fault -> String.valueOf(fault.getMessage()));
    }

    private <T> Future<T> on(Supplier<Future<T>> task) {
        return Future.future(promise -> context.runOnContext(now -> task.get().onComplete(promise)));
    }

    /** A copy that answers when it is told to. */
    private static final class Held implements DurableCounters {

        private final Map<String, Promise<Stored>> open = new ConcurrentHashMap<>();
        private final List<String> begun = new ArrayList<>();
        private final Duration deadline;

        Held(Duration deadline) {
            this.deadline = deadline;
        }

        private List<String> running() {
            return List.copyOf(open.keySet());
        }

        private void end(String store) {
            open.remove(store).complete(new Stored(1, List.of()));
        }

        private void fail(String store) {
            open.remove(store).fail("away");
        }

        @Override
        public Future<Stored> load(String store) {
            Promise<Stored> loaded = Promise.promise();
            open.put(store, loaded);
            begun.add(store);
            return loaded.future();
        }

        @Override
        public Duration deadline() {
            return deadline;
        }

        @Override
        public Future<Void> save(List<CounterCopy> rows) {
            return Future.succeededFuture();
        }
    }
}
