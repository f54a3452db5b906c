package dev.tiergate.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Event;
import dev.tiergate.plugin.EventSink;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GuardedSinkTest {

    private static final Event EVENT =
            new Event("0123456789abcdef0123456789abcdef", Event.Type.LIMIT_REACHED, Instant.EPOCH, "42", Map.of());

    private final GuardScene scene = new GuardScene();

    @AfterEach
    void close() {
        scene.close();
    }

    private String outcome(EventSink sink) {
        var guarded = scene.guarded(sink);
        try {
            scene.onLoop(() -> guarded.deliver(EVENT));
            return "delivered";
        } catch (CompletionException e) {
            return String.valueOf(e.getCause().getMessage());
        }
    }

    @Test
    void what_is_delivered_is_delivered_and_what_fails_is_no_fault_of_the_plugin() {
        assertThat(outcome(event -> Future.succeededFuture())).isEqualTo("delivered");
        assertThat(outcome(event -> Future.failedFuture("it answered 500"))).isEqualTo("it answered 500");
        assertThat(scene.counted("tiergate_plugin_faults")).isZero();
    }

    @Test
    void a_sink_that_throws_costs_its_delivery_and_is_named() {
        assertThat(outcome(event -> {
                    throw new IllegalStateException("of store " + event.store());
                }))
                .isEqualTo("the plugin given failed");
        assertThat(scene.faults("threw")).isEqualTo(1);
        assertThat(scene.said()).containsExactly("The plugin given threw");
    }

    @Test
    @SuppressWarnings("NullAway") // what a stranger's plugin may do
    void a_sink_that_gives_no_future_costs_its_delivery() {
        assertThat(outcome(event -> null)).isEqualTo("the plugin given failed");
        assertThat(scene.faults("failed")).isEqualTo(1);
    }

    @Test
    void a_sink_that_never_answers_is_late_at_its_deadline_and_what_it_says_then_counts_no_more() {
        var answer = new AtomicReference<Promise<Void>>(Promise.promise());
        assertThat(outcome(event -> answer.get().future())).isEqualTo("the plugin given failed");
        assertThat(scene.faults("late")).isEqualTo(1);
        answer.get().complete();
        assertThat(outcome(event -> Future.succeededFuture())).isEqualTo("delivered");
    }

    @Test
    void an_answer_from_another_thread_is_heard_on_the_loop() {
        var loops = new AtomicReference<Thread>();
        var guarded = scene.guarded(event -> Future.future(promise -> new Thread(promise::complete).start()));
        scene.onLoop(() -> guarded.deliver(EVENT).onSuccess(done -> loops.set(Thread.currentThread())));
        var loop = new AtomicReference<Thread>();
        scene.onLoop(() -> {
            loop.set(Thread.currentThread());
            return Future.succeededFuture();
        });
        assertThat(loops.get()).isSameAs(loop.get());
    }

    @Test
    void what_it_holds_is_closed_with_it() throws Exception {
        var closed = new AtomicInteger();
        ((AutoCloseable) scene.guarded(new Closing(closed, false))).close();
        assertThat(closed).hasValue(1);
        ((AutoCloseable) scene.guarded(new Closing(closed, true))).close();
        assertThat(closed).hasValue(2);
        assertThat(scene.faults("threw")).isEqualTo(1);
    }

    private record Closing(AtomicInteger closed, boolean throwing) implements EventSink, AutoCloseable {

        @Override
        public Future<Void> deliver(Event event) {
            return Future.succeededFuture();
        }

        @Override
        public void close() {
            closed.incrementAndGet();
            if (throwing) {
                throw new IllegalStateException("as plugins do");
            }
        }
    }
}
