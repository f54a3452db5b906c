package dev.tiergate.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Change;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Fallback;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.telemetry.GateMetrics;
import dev.tiergate.telemetry.MetricNames;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FallbacksTest {

    private static final Refuse REFUSAL = Refuse.of(Reason.TIER_TOO_LOW, "no");
    private static final Fallback NONE = (call, refusal) -> Future.succeededFuture(Optional.empty());

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Fallbacks fallbacks = new Fallbacks(new GateMetrics(registry));

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void the_first_change_counts_in_the_order_of_the_checks() {
        assertThat(ask(NONE, offering("first"), offering("second"))).contains(change("first"));
    }

    @Test
    void a_chain_without_any_offers_nothing() {
        assertThat(ask()).isEmpty();
        assertThat(ask(NONE)).isEmpty();
        assertThat(faults()).isZero();
    }

    @Test
    void one_that_takes_its_time_is_waited_for() {
        Fallback later = (call, refusal) -> {
            Promise<Optional<Change>> promise = Promise.promise();
            vertx.setTimer(10, fired -> promise.complete(Optional.of(change("later"))));
            return promise.future();
        };
        assertThat(ask(later, offering("second"))).contains(change("later"));
        assertThat(faults()).isZero();
    }

    static Stream<Fallback> faulty() {
        return Stream.of(
                (call, refusal) -> {
                    throw new IllegalStateException("a bad plugin");
                },
                (call, refusal) -> {
                    throw new NoClassDefFoundError("a bad plugin");
                },
                (call, refusal) -> Future.failedFuture("a bad plugin"),
                (call, refusal) -> null,
                (call, refusal) -> Future.succeededFuture(null),
                (call, refusal) -> Promise.<Optional<Change>>promise().future());
    }

    @ParameterizedTest
    @MethodSource("faulty")
    void a_fault_is_counted_and_the_next_one_is_asked(Fallback fault) {
        assertThat(ask(fault, offering("second"))).contains(change("second"));
        assertThat(faults()).isEqualTo(1);
    }

    @Test
    void an_answer_of_another_thread_goes_on_on_the_event_loop() {
        var thread = new CompletableFuture<Boolean>();
        Fallback elsewhere = (call, refusal) -> {
            Promise<Optional<Change>> promise = Promise.promise();
            new Thread(() -> promise.complete(Optional.of(change("elsewhere")))).start();
            return promise.future();
        };
        loop.runOnContext(now -> fallbacks
                .ask(call(), REFUSAL, List.of(check(elsewhere)))
                .onComplete(done -> thread.complete(Vertx.currentContext() == loop && Context.isOnEventLoopThread())));
        assertThat(thread.join()).isTrue();
    }

    private Optional<Change> ask(Fallback... offers) {
        var answer = new CompletableFuture<Optional<Change>>();
        var chain = Stream.concat(
                        Stream.<Check>of(call -> Future.succeededFuture(Allow.plain())),
                        Arrays.stream(offers).map(FallbacksTest::check))
                .toList();
        loop.runOnContext(now -> fallbacks.ask(call(), REFUSAL, chain).onSuccess(answer::complete));
        return answer.join();
    }

    private double faults() {
        var counter = registry.find(MetricNames.FEATURE_GATING_ERRORS)
                .tag("stage", "check")
                .counter();
        return counter == null ? 0 : counter.count();
    }

    private static Fallback offering(String quality) {
        return (call, refusal) -> Future.succeededFuture(Optional.of(change(quality)));
    }

    private static Change change(String quality) {
        return new Change(Map.of("quality", quality), Map.of(), null);
    }

    private static Check check(Fallback fallback) {
        return new Check() {
            @Override
            public Future<Decision> ask(Call call) {
                throw new AssertionError("it is not asked as a check");
            }

            @Override
            public Optional<Fallback> fallback() {
                return Optional.of(fallback);
            }
        };
    }

    /** A call of which only the route is asked. */
    private static Call call() {
        return (Call) Proxy.newProxyInstance(
                Call.class.getClassLoader(), new Class<?>[] {Call.class}, (call, method, args) -> {
                    if (method.getName().equals("routeId")) {
                        return "route";
                    }
                    throw new AssertionError("only the route is asked, not " + method.getName());
                });
    }
}
