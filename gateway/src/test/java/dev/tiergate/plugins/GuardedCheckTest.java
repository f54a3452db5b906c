package dev.tiergate.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.Eventually;
import dev.tiergate.GivenPlugin;
import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.OpenRequest;
import dev.tiergate.plugin.Outcome;
import dev.tiergate.plugin.PluginContext;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.plugin.Settlement;
import dev.tiergate.telemetry.MetricNames;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
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
import org.junit.jupiter.params.provider.ValueSource;

class GuardedCheckTest {

    private static final Refuse NOT_TODAY = Refuse.of(Reason.forbidden("not_today"), "Not today");

    private final GuardScene scene = new GuardScene();
    private final List<String> told = new ArrayList<>();

    @AfterEach
    void close() {
        scene.close();
    }

    private static Check answering(Decision decision) {
        return call -> Future.succeededFuture(decision);
    }

    private static Check never() {
        return call -> Promise.<Decision>promise().future();
    }

    static List<Arguments> faults() {
        return List.of(
                Arguments.of("threw", (Check) call -> {
                    throw new IllegalStateException("a bad plugin");
                }),
                Arguments.of("threw", (Check) call -> {
                    throw new NoClassDefFoundError("a/library/of/another/version");
                }),
                Arguments.of("threw", (Check) call -> {
                    throw new StackOverflowError();
                }),
                Arguments.of("failed", (Check) call -> Future.failedFuture("a bad plugin")),
                Arguments.of("failed", (Check) call -> null),
                Arguments.of("failed", (Check) call -> Future.succeededFuture(null)),
                Arguments.of("failed", answering(Allow.plain().withUpstreamHeaders(Map.of("X-A", "1\r\nX-B: 2")))),
                Arguments.of("failed", answering(Allow.plain().withResponseHeaders(Map.of("X A", "1")))),
                Arguments.of("failed", answering(NOT_TODAY.withHeader("", "1"))),
                Arguments.of("failed", (Check)
                        call -> Future.future(promise -> new Thread(() -> promise.fail("a bad plugin")).start())),
                Arguments.of("late", never()));
    }

    /** A short one only where it is waited for. */
    private static String deadline(String kind) {
        return kind.equals("late") ? ", deadline: 10ms" : "";
    }

    @ParameterizedTest
    @MethodSource("faults")
    void a_fault_is_refused_counted_and_said_with_the_plugins_name(String kind, Check plugin) {
        var answer = scene.ask(scene.guarded(deadline(kind), plugin));
        assertThat(answer)
                .isInstanceOfSatisfying(
                        Refuse.class, refuse -> assertThat(refuse.reason()).isEqualTo(Reason.CHECK_FAILED));
        assertThat(scene.faults(kind)).isEqualTo(1);
        assertThat(scene.counted(MetricNames.PLUGIN_FAULTS)).isEqualTo(1);
        assertThat(scene.counted(MetricNames.FEATURE_GATING_ERRORS)).isEqualTo(1);
        assertThat(scene.said()).singleElement().asString().startsWith("The plugin given ");
    }

    @ParameterizedTest
    @MethodSource("faults")
    void with_on_failure_pass_it_goes_on_and_is_counted(String kind, Check plugin) {
        assertThat(scene.ask(scene.guarded(deadline(kind) + ", on-failure: pass", plugin)))
                .isEqualTo(Allow.plain());
        assertThat(scene.faults(kind)).isEqualTo(1);
        assertThat(scene.counted(MetricNames.FEATURE_GATING_ERRORS)).isZero();
    }

    @ParameterizedTest
    @MethodSource("faults")
    void in_shadow_it_goes_on_whatever_on_failure_says(String kind, Check plugin) {
        assertThat(scene.ask(scene.guarded(deadline(kind) + ", mode: shadow, on-failure: refuse", plugin)))
                .isEqualTo(Allow.plain());
        assertThat(scene.faults(kind)).isEqualTo(1);
    }

    @Test
    void an_answer_that_is_there_at_once_is_handed_on_as_it_is() {
        for (var decision : List.of(Allow.plain(), NOT_TODAY)) {
            var answer = Future.<Decision>succeededFuture(decision);
            assertThat(scene.guarded("", call -> answer).ask(GuardScene.CALL)).isSameAs(answer);
        }
        assertThat(scene.said()).isEmpty();
    }

    @Test
    void an_answer_of_another_thread_arrives_on_the_event_loop() {
        var check = scene.guarded(
                "", call -> Future.future(promise -> new Thread(() -> promise.complete(NOT_TODAY)).start()));
        var loop = new AtomicReference<Thread>();
        var arrived = new AtomicReference<Thread>();
        Decision answer = scene.onLoop(() -> {
            loop.set(Thread.currentThread());
            return check.ask(GuardScene.CALL).onComplete(done -> arrived.set(Thread.currentThread()));
        });
        assertThat(answer).isSameAs(NOT_TODAY);
        assertThat(arrived.get()).isSameAs(loop.get());
    }

    @Test
    void an_answer_before_the_deadline_counts_and_nothing_is_late_afterwards() {
        var check =
                scene.guarded(", deadline: 10ms", call -> scene.vertx().timer(1).map(fired -> NOT_TODAY));
        Decision answer = scene.onLoop(() -> {
            var asked = check.ask(GuardScene.CALL);
            return scene.vertx().timer(50).compose(later -> asked);
        });
        // on a machine that is busy the answer itself may be late
        assertThat(scene.faults("late")).isEqualTo(answer.equals(NOT_TODAY) ? 0 : 1);
    }

    @Test
    void an_allow_that_comes_too_late_is_undone() {
        Promise<Decision> late = Promise.promise();
        var check = scene.guarded(", deadline: 10ms", call -> late.future());
        assertThat(scene.ask(check)).isInstanceOf(Refuse.class);
        assertThat(told).isEmpty();
        scene.onLoop(() -> {
            late.complete(Allow.plain().withSettlement(new Noting(told)));
            return Future.succeededFuture();
        });
        assertThat(told).containsExactly("NOT_SENT", "ended");
        assertThat(scene.counted(MetricNames.PLUGIN_FAULTS)).isEqualTo(1);
    }

    @Test
    void a_fault_that_comes_too_late_is_counted_once() {
        Promise<Decision> late = Promise.promise();
        assertThat(scene.ask(scene.guarded(", deadline: 10ms", call -> late.future())))
                .isInstanceOf(Refuse.class);
        scene.onLoop(() -> {
            late.fail("too late");
            return Future.succeededFuture();
        });
        assertThat(scene.counted(MetricNames.PLUGIN_FAULTS)).isEqualTo(1);
    }

    @Test
    void what_undoes_a_late_allow_may_throw() {
        Promise<Decision> late = Promise.promise();
        assertThat(scene.ask(scene.guarded(", deadline: 10ms", call -> late.future())))
                .isInstanceOf(Refuse.class);
        scene.onLoop(() -> {
            late.complete(Allow.plain().withSettlement(new Settlement() {
                @Override
                public void answered(Outcome outcome) {
                    throw new IllegalStateException("a bad plugin");
                }

                @Override
                public void ended() {
                    told.add("ended");
                }
            }));
            return Future.succeededFuture();
        });
        assertThat(told).containsExactly("ended");
        assertThat(scene.faults("threw")).isEqualTo(1);
    }

    @Test
    void a_refusal_in_shadow_passes_and_is_counted() {
        assertThat(scene.ask(scene.guarded(", mode: shadow", answering(NOT_TODAY))))
                .isEqualTo(Allow.plain());
        assertThat(scene.counted(MetricNames.FEATURE_ACCESS_DENIED)).isEqualTo(1);
        var limited = Refuse.of(Reason.LIMIT_REACHED, "So many").withMember("limit_type", "x");
        assertThat(scene.ask(scene.guarded(", mode: shadow", answering(limited))))
                .isEqualTo(Allow.plain());
        assertThat(scene.counted(MetricNames.FEATURE_LIMIT_EXCEEDED)).isEqualTo(1);
        var away = Refuse.of(Reason.OVERLOADED, "Too many");
        assertThat(scene.ask(scene.guarded(", mode: shadow", answering(away)))).isEqualTo(Allow.plain());
        assertThat(scene.counted(MetricNames.REFUSED)).isEqualTo(1);
    }

    @Test
    void a_plugin_in_shadow_knows_it_and_changes_nothing_but_hears_how_it_ended() {
        var knows = new AtomicReference<Boolean>();
        var check = scene.guarded(", mode: shadow", call -> {
            knows.set(call.shadow());
            return Future.succeededFuture(Allow.plain()
                    .withUpstreamHeaders(Map.of("X-A", "a"))
                    .withResponseHeaders(Map.of("X-B", "b"))
                    .withSettlement(new Noting(told)));
        });
        var allow = (Allow) scene.ask(check);
        assertThat(knows).hasValue(true);
        assertThat(allow.upstreamHeaders()).isEmpty();
        assertThat(allow.responseHeaders()).isEmpty();
        allow.settlement().began(why -> {});
        allow.settlement().answered(Outcome.answered(200));
        assertThat(allow.settlement().responseHeaders()).isEmpty();
        assertThat(allow.settlement().again(GuardScene.CALL).result()).isEqualTo(Allow.plain());
        allow.settlement().ended();
        assertThat(told).containsExactly("ANSWERED", "ended");
    }

    @Test
    void a_shadowed_call_is_the_same_in_all_else() {
        Call shadow = new ShadowCall(GuardScene.CALL);
        assertThat(List.of(
                        shadow.requestId(),
                        shadow.method(),
                        shadow.path(),
                        shadow.queryValues("a"),
                        shadow.headers(),
                        shadow.clientAddress(),
                        shadow.fromTrustedProxy(),
                        shadow.routeId(),
                        shadow.feature(),
                        shadow.caller(),
                        shadow.entitlements(),
                        shadow.now(),
                        shadow.body(1)))
                .isEqualTo(List.of(
                        GuardScene.CALL.requestId(),
                        GuardScene.CALL.method(),
                        GuardScene.CALL.path(),
                        GuardScene.CALL.queryValues("a"),
                        GuardScene.CALL.headers(),
                        GuardScene.CALL.clientAddress(),
                        GuardScene.CALL.fromTrustedProxy(),
                        GuardScene.CALL.routeId(),
                        GuardScene.CALL.feature(),
                        GuardScene.CALL.caller(),
                        GuardScene.CALL.entitlements(),
                        GuardScene.CALL.now(),
                        GuardScene.CALL.body(1)));
        assertThat(shadow.query()).isEqualTo(GuardScene.CALL.query());
    }

    @Test
    void what_is_asked_of_an_open_stream_is_guarded_too() {
        var check = scene.guarded(", deadline: 10ms", streaming(() -> Optional.of(never())));
        assertThat(scene.ask(check.again().orElseThrow())).isInstanceOf(Refuse.class);
        assertThat(scene.faults("late")).isEqualTo(1);
        assertThat(scene.guarded("", streaming(Optional::empty)).again()).isEmpty();
        assertThat(scene.guarded("", streaming(() -> {
                            throw new IllegalStateException("a bad plugin");
                        }))
                        .again())
                .isEmpty();
        assertThat(scene.faults("threw")).isEqualTo(1);
    }

    private static Check streaming(Supplier<Optional<Check>> again) {
        return new Check() {
            @Override
            public Future<Decision> ask(Call call) {
                return Future.succeededFuture(Allow.plain());
            }

            @Override
            public Optional<Check> again() {
                return again.get();
            }
        };
    }

    @Test
    void a_check_that_cannot_be_made_later_is_a_fault_of_each_request() {
        var check = scene.guarded("", new GivenPlugin("given", context -> {
            if (!context.routeId().isEmpty()) {
                throw new IllegalStateException("the file is gone");
            }
            return answering(Allow.plain());
        }));
        assertThat(scene.faults("threw")).isEqualTo(1);
        assertThat(scene.ask(check)).isInstanceOf(Refuse.class);
        assertThat(scene.faults("failed")).isEqualTo(1);
    }

    @Test
    void a_plugin_is_told_where_its_check_is_asked() {
        var given = new ArrayList<PluginContext>();
        var check = scene.guarded("", new GivenPlugin("given", context -> {
            given.add(context);
            context.metrics().counter("made").run();
            return answering(Allow.plain());
        }));
        assertThat(scene.ask(check)).isEqualTo(Allow.plain());
        assertThat(given).extracting(PluginContext::routeId).containsExactly("", "route");
        assertThat(given).allSatisfy(context -> assertThat(context.upstreams()).containsExactly("shop"));
        assertThat(given.get(1).vertx()).isSameAs(scene.vertx());
        assertThat(scene.counted("tiergate_plugin_given_made")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ", mode: shadow"})
    void usage_is_read_of_the_request_as_its_route_charges_it(String options) {
        var check = scene.guarded(
                options,
                new GivenPlugin(
                        "given",
                        context -> call -> context.usage()
                                .of(call, "orders")
                                .map(none -> none.isEmpty() ? Allow.plain() : NOT_TODAY)));
        assertThat(scene.ask(check)).isEqualTo(Allow.plain());
        assertThat(scene.read()).singleElement().isSameAs(GuardScene.CALL);
    }

    @Test
    void a_check_that_holds_something_is_closed_with_its_guard() {
        var closed = new ArrayList<String>();
        var check = scene.guarded("", new GivenPlugin("given", context -> new Holding(context.routeId(), closed)));
        assertThat(closed).containsExactly("");
        ((GuardedCheck) check).close();
        assertThat(closed).containsExactly("", "route");
        assertThat(scene.faults("threw")).isEqualTo(1);
    }

    /** Throws where it was made for a route, and is closed. */
    private record Holding(String routeId, List<String> closed) implements Check, AutoCloseable {

        @Override
        public Future<Decision> ask(Call call) {
            return Future.succeededFuture(Allow.plain());
        }

        @Override
        public void close() {
            closed.add(routeId);
            if (!routeId.isEmpty()) {
                throw new IllegalStateException("a bad plugin");
            }
        }
    }

    @Test
    void a_plugin_that_blocks_is_named_while_it_does() {
        var check = scene.guarded("", call -> {
            Eventually.so("it is found out", () -> !scene.said().isEmpty());
            return Future.succeededFuture(NOT_TODAY);
        });
        assertThat(scene.ask(check)).isSameAs(NOT_TODAY);
        assertThat(scene.said()).containsExactly("The plugin given held an event loop for over 100 ms");
        assertThat(scene.faults("blocked")).isEqualTo(1);
    }

    private record Noting(List<String> told) implements Settlement {

        @Override
        public void began(OpenRequest request) {
            told.add("began");
        }

        @Override
        public void answered(Outcome outcome) {
            told.add(outcome.kind().name());
        }

        @Override
        public Map<String, String> responseHeaders() {
            return Map.of("X-C", "c");
        }

        @Override
        public Future<Decision> again(Call call) {
            return Future.succeededFuture(NOT_TODAY);
        }

        @Override
        public void ended() {
            told.add("ended");
        }
    }
}
