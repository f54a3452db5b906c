package dev.tiergate.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiergate.Eventually;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Caller;
import dev.tiergate.plugin.Entitlements;
import dev.tiergate.plugin.Quota;
import dev.tiergate.telemetry.MetricNames;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A limit that a plugin counts, as it is charged. */
class GuardedQuotaTest {

    private static final Quota.State STATE = new Quota.State(9, 2, null);
    private static final Quota.Taken ALL = new Quota.Taken(true, STATE);
    private static final Quota.Taken NONE = new Quota.Taken(false, STATE);

    private static final Duration SOON = Duration.ofMillis(10);
    private static final Duration FAR_OFF = Duration.ofSeconds(30);

    private final GuardScene scene = new GuardScene();
    private final List<Long> back = new ArrayList<>();

    @AfterEach
    void close() {
        scene.close();
    }

    static List<Arguments> faults() {
        return List.of(
                Arguments.of("threw", (Supplier<Future<?>>) () -> {
                    throw new IllegalStateException("a bad plugin");
                }),
                Arguments.of("failed", (Supplier<Future<?>>) () -> Future.failedFuture("a bad plugin")),
                Arguments.of("failed", (Supplier<Future<?>>) () -> null));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void a_fault_is_a_future_that_fails_and_counted_with_the_plugins_name(String kind, Supplier<Future<?>> answer) {
        var quota = scene.guarded(new Answering(answer, back));
        assertFails(() -> quota.take(GuardScene.CALL, 2));
        assertFails(() -> quota.read(GuardScene.CALL.entitlements(), GuardScene.CALL.caller(), false, Instant.EPOCH));
        assertThat(scene.faults(kind)).isEqualTo(2);
        assertThat(scene.counted(MetricNames.PLUGIN_FAULTS)).isEqualTo(2);
    }

    @Test
    void what_it_answers_is_handed_on() {
        var quota = scene.guarded(new Answering(() -> Future.succeededFuture(ALL), back));
        assertThat(scene.onLoop(() -> quota.take(GuardScene.CALL, 2))).isSameAs(ALL);
        quota.giveBack(GuardScene.CALL, 1);
        assertThat(back).containsExactly(1L);
    }

    @Test
    void what_shadow_mode_took_is_read_apart() {
        var quota = scene.guarded(new CountingShadow());
        assertThat(read(quota, false).current()).isZero();
        assertThat(read(quota, true).current()).isEqualTo(2);
    }

    private Quota.State read(Quota quota, boolean shadow) {
        return scene.onLoop(
                () -> quota.read(GuardScene.CALL.entitlements(), GuardScene.CALL.caller(), shadow, Instant.EPOCH));
    }

    @Test
    void units_that_are_taken_after_the_deadline_come_back() {
        Promise<Quota.Taken> late = Promise.promise();
        var quota = scene.guarded(new Answering(late::future, back), SOON);
        assertFails(() -> quota.take(GuardScene.CALL, 2));
        assertThat(scene.faults("late")).isEqualTo(1);
        complete(late, ALL);
        assertThat(back).containsExactly(2L);
    }

    @Test
    void an_answer_before_the_deadline_counts() {
        var late = scene.vertx().timer(1100, TimeUnit.MILLISECONDS).map(ALL);
        var quota = scene.guarded(new Answering(() -> late, back), FAR_OFF);
        assertThat(scene.onLoop(() -> quota.take(GuardScene.CALL, 2))).isSameAs(ALL);
        assertThat(scene.faults("late")).isZero();
    }

    @Test
    void what_was_not_taken_does_not_come_back() {
        Promise<Quota.Taken> late = Promise.promise();
        var quota = scene.guarded(new Answering(late::future, back), SOON);
        assertFails(() -> quota.take(GuardScene.CALL, 2));
        complete(late, NONE);
        assertThat(back).isEmpty();
    }

    @Test
    void one_that_throws_where_it_gets_units_back_is_counted() {
        var quota = scene.guarded(new Answering(() -> Future.succeededFuture(ALL), null));
        quota.giveBack(GuardScene.CALL, 1);
        assertThat(scene.faults("threw")).isEqualTo(1);
    }

    @Test
    void one_that_blocks_is_named_while_it_does() {
        var quota = scene.guarded(new Answering(
                () -> {
                    Eventually.so("it is found out", () -> !scene.said().isEmpty());
                    return Future.succeededFuture(ALL);
                },
                back));
        assertThat(scene.onLoop(() -> quota.take(GuardScene.CALL, 2))).isSameAs(ALL);
        assertThat(scene.said()).containsExactly("The plugin given held an event loop for over 100 ms");
        assertThat(scene.faults("blocked")).isEqualTo(1);
    }

    @Test
    void one_that_holds_something_is_closed() throws Exception {
        List<String> told = new ArrayList<>();
        close(scene.guarded(new Holding(() -> told.add("closed"))));
        assertThat(told).containsExactly("closed");
    }

    @Test
    void one_that_cannot_be_closed_is_counted() throws Exception {
        close(scene.guarded(new Holding(() -> {
            throw new IllegalStateException("a bad plugin");
        })));
        assertThat(scene.faults("threw")).isEqualTo(1);
    }

    private static void close(Quota quota) throws Exception {
        ((AutoCloseable) quota).close();
    }

    @Test
    void one_that_cannot_be_made_fails_each_charge() {
        var quota = scene.guarded((Quota) null);
        assertThat(scene.faults("failed")).isEqualTo(1);
        assertFails(() -> quota.take(GuardScene.CALL, 2));
        assertFails(() -> quota.read(GuardScene.CALL.entitlements(), GuardScene.CALL.caller(), false, Instant.EPOCH));
        quota.giveBack(GuardScene.CALL, 1);
        assertThat(scene.faults("failed")).isEqualTo(3);
    }

    private void assertFails(Supplier<Future<?>> question) {
        assertThatThrownBy(() -> scene.onLoop(() -> question.get().mapEmpty()))
                .isInstanceOf(CompletionException.class)
                .hasRootCauseMessage("the plugin given failed");
    }

    private void complete(Promise<Quota.Taken> late, Quota.Taken taken) {
        scene.onLoop(() -> {
            late.complete(taken);
            return Future.succeededFuture();
        });
    }

    /** Nothing is taken of it. */
    private interface Untaken extends Quota {

        @Override
        default Future<Taken> take(Call call, long units) {
            return Future.failedFuture("not asked");
        }

        @Override
        default void giveBack(Call call, long units) {
            throw new AssertionError("not asked");
        }
    }

    /** Two units were taken in shadow mode, and none besides. */
    private record CountingShadow() implements Untaken {

        @Override
        public Future<State> read(Entitlements entitlements, Caller caller, boolean shadow, Instant now) {
            return Future.succeededFuture(new State(9, shadow ? 2 : 0, null));
        }
    }

    /** Is told only that it is closed. */
    private record Holding(Runnable closed) implements Untaken, AutoCloseable {

        @Override
        public Future<State> read(Entitlements entitlements, Caller caller, boolean shadow, Instant now) {
            return Future.failedFuture("not asked");
        }

        @Override
        public void close() {
            closed.run();
        }
    }

    /** Answers the same to all; throws where it has no list for what comes back. */
    private record Answering(Supplier<? extends Future<?>> answer, List<Long> back) implements Quota {

        @Override
        @SuppressWarnings("unchecked") // each test asks what it has an answer to
        public Future<Taken> take(Call call, long units) {
            return (Future<Taken>) answer.get();
        }

        @Override
        public void giveBack(Call call, long units) {
            back.add(units);
        }

        @Override
        @SuppressWarnings("unchecked") // as above
        public Future<State> read(Entitlements entitlements, Caller caller, boolean shadow, Instant now) {
            return (Future<State>) answer.get();
        }
    }
}
