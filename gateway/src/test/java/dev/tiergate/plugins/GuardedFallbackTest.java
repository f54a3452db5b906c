package dev.tiergate.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Change;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Fallback;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.telemetry.MetricNames;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Another way that a plugin offers, as the gate hears of it. */
class GuardedFallbackTest {

    private static final Refuse REFUSAL = Refuse.of(Reason.TIER_TOO_LOW, "no");
    private static final Change LESS = new Change(Map.of("quality", "sd"), Map.of(), null);

    private final GuardScene scene = new GuardScene();

    @AfterEach
    void close() {
        scene.close();
    }

    static List<Arguments> faults() {
        return List.of(
                Arguments.of("threw", (Fallback) (call, refusal) -> {
                    throw new IllegalStateException("a bad plugin");
                }),
                Arguments.of("threw", (Fallback) (call, refusal) -> {
                    throw new NoClassDefFoundError("a/library/of/another/version");
                }),
                Arguments.of("failed", (Fallback) (call, refusal) -> Future.failedFuture("a bad plugin")),
                Arguments.of("failed", (Fallback) (call, refusal) -> null),
                Arguments.of("failed", (Fallback) (call, refusal) -> Future.succeededFuture(null)),
                Arguments.of("late", (Fallback)
                        (call, refusal) -> Promise.<Optional<Change>>promise().future()));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void one_that_fails_offers_nothing_and_is_counted_with_the_plugins_name(String kind, Fallback plugin) {
        var options = kind.equals("late") ? ", deadline: 10ms" : "";
        assertThat(offered(options, plugin)).isEmpty();
        assertThat(scene.faults(kind)).isEqualTo(1);
        assertThat(scene.counted(MetricNames.PLUGIN_FAULTS)).isEqualTo(1);
        assertThat(scene.counted(MetricNames.FEATURE_GATING_ERRORS))
                .as("the request was refused for another reason")
                .isZero();
    }

    @Test
    void what_is_offered_is_handed_on() {
        assertThat(offered("", (call, refusal) -> Future.succeededFuture(Optional.of(LESS))))
                .contains(LESS);
    }

    @Test
    void an_answer_of_another_thread_arrives_on_the_event_loop() {
        Fallback elsewhere = (call, refusal) ->
                Future.future(promise -> new Thread(() -> promise.complete(Optional.of(LESS))).start());
        var fallback = scene.guarded("", offering(() -> Optional.of(elsewhere)))
                .fallback()
                .orElseThrow();
        var loop = new AtomicReference<Thread>();
        var arrived = new AtomicReference<Thread>();
        scene.onLoop(() -> {
            loop.set(Thread.currentThread());
            return fallback.offer(GuardScene.CALL, REFUSAL).onComplete(done -> arrived.set(Thread.currentThread()));
        });
        assertThat(arrived.get()).isSameAs(loop.get());
    }

    @Test
    void a_plugin_in_shadow_changes_nothing() {
        Supplier<Optional<Fallback>> asked = () -> {
            throw new AssertionError("it is not asked");
        };
        assertThat(scene.guarded(", mode: shadow", offering(asked)).fallback()).isEmpty();
    }

    @Test
    void one_that_cannot_say_whether_it_has_another_way_has_none() {
        assertThat(scene.guarded("", offering(() -> {
                            throw new IllegalStateException("a bad plugin");
                        }))
                        .fallback())
                .isEmpty();
        assertThat(scene.faults("threw")).isEqualTo(1);
        assertThat(scene.guarded("", offering(Optional::empty)).fallback()).isEmpty();
        assertThat(scene.counted(MetricNames.PLUGIN_FAULTS)).isEqualTo(1);
    }

    private Optional<Change> offered(String options, Fallback plugin) {
        var fallback = scene.guarded(options, offering(() -> Optional.of(plugin)))
                .fallback()
                .orElseThrow();
        return scene.onLoop(() -> fallback.offer(GuardScene.CALL, REFUSAL));
    }

    private static Check offering(Supplier<Optional<Fallback>> fallback) {
        return new Check() {
            @Override
            public Future<Decision> ask(Call call) {
                return Future.succeededFuture(Allow.plain());
            }

            @Override
            public Optional<Fallback> fallback() {
                return fallback.get();
            }
        };
    }
}
