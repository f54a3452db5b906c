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
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FallbacksTest {

    private static final Refuse REFUSAL = Refuse.of(Reason.TIER_TOO_LOW, "no");
    private static final Fallback NONE = (call, refusal) -> Future.succeededFuture(Optional.empty());

    @Test
    void the_first_change_counts_in_the_order_of_the_checks() {
        assertThat(ask(NONE, offering("first"), offering("second")).result()).contains(change("first"));
    }

    @Test
    void a_chain_without_any_offers_nothing() {
        assertThat(ask().result()).isEmpty();
        assertThat(ask(NONE).result()).isEmpty();
    }

    @Test
    void one_that_takes_its_time_is_waited_for() {
        Promise<Optional<Change>> later = Promise.promise();
        var answer = ask((call, refusal) -> later.future(), offering("second"));
        assertThat(answer.isComplete()).isFalse();
        later.complete(Optional.of(change("later")));
        assertThat(answer.result()).contains(change("later"));
    }

    @Test
    void the_next_one_is_asked_where_it_has_nothing_after_all() {
        Promise<Optional<Change>> later = Promise.promise();
        var answer = ask((call, refusal) -> later.future(), offering("second"));
        later.complete(Optional.empty());
        assertThat(answer.result()).contains(change("second"));
    }

    private static Future<Optional<Change>> ask(Fallback... offers) {
        var chain = Stream.concat(
                        Stream.<Check>of(call -> Future.succeededFuture(Allow.plain())),
                        Arrays.stream(offers).map(FallbacksTest::check))
                .toList();
        return Fallbacks.ask(call(), REFUSAL, chain);
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

    /** A call of which nothing is asked. */
    private static Call call() {
        return (Call) Proxy.newProxyInstance(
                Call.class.getClassLoader(), new Class<?>[] {Call.class}, (call, method, args) -> {
                    throw new AssertionError("nothing is asked, not even " + method.getName());
                });
    }
}
