package dev.tiergate.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.GivenPlugin;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Cost;
import dev.tiergate.plugin.Cost.Told;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Outcome;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GuardedCostTest {

    private final GuardScene scene = new GuardScene();
    private final AtomicInteger closed = new AtomicInteger();

    @AfterEach
    void close() {
        scene.close();
    }

    private final class Teller implements Check, AutoCloseable {

        private final @Nullable Cost cost;

        Teller(@Nullable Cost cost) {
            this.cost = cost;
        }

        @Override
        public Future<Decision> ask(Call call) {
            return Future.failedFuture("never asked");
        }

        @Override
        public Optional<Cost> cost() {
            return Optional.ofNullable(cost);
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    private Cost guarded(Cost cost) {
        return scene.cost(new GivenPlugin("given", context -> new Teller(cost)));
    }

    @Test
    void what_a_plugin_tells_is_passed_on() {
        var cost = guarded(call -> Told.units(3));
        assertThat(cost.before(GuardScene.CALL)).isEqualTo(Told.units(3));
        assertThat(cost.after(GuardScene.CALL, Outcome.answered(200))).isEqualTo(Told.ABSENT);
    }

    @Test
    void a_plugin_that_throws_costs_the_most_and_is_counted() {
        var cost = guarded(call -> {
            throw new IllegalStateException("a bad plugin");
        });
        assertThat(cost.before(GuardScene.CALL)).isEqualTo(Told.MAX);
        assertThat(scene.faults("threw")).isEqualTo(1);
    }

    @Test
    void a_plugin_that_throws_at_the_head_of_the_response_costs_the_most() {
        var cost = guarded(new Cost() {
            @Override
            public Told before(Call call) {
                return Told.LATER;
            }

            @Override
            public Told after(Call call, Outcome outcome) {
                return Told.units(-1);
            }
        });
        assertThat(cost.before(GuardScene.CALL)).isEqualTo(Told.LATER);
        assertThat(cost.after(GuardScene.CALL, Outcome.answered(200))).isEqualTo(Told.MAX);
        assertThat(scene.faults("threw")).isEqualTo(1);
    }

    @Test
    @SuppressWarnings("NullAway") // a plugin may be compiled without it
    void a_plugin_that_tells_nothing_at_all_costs_the_most() {
        assertThat(guarded(call -> null).before(GuardScene.CALL)).isEqualTo(Told.MAX);
        assertThat(scene.faults("failed")).isEqualTo(1);
    }

    @Test
    void a_check_that_tells_no_cost_any_more_costs_the_most() {
        var cost = scene.cost(new GivenPlugin(
                "given", context -> new Teller(context.routeId().isEmpty() ? call -> Told.units(1) : null)));
        assertThat(cost.before(GuardScene.CALL)).isEqualTo(Told.MAX);
        assertThat(scene.faults("threw")).isEqualTo(1);
    }

    @Test
    void what_it_holds_is_closed_with_its_guard() throws Exception {
        var cost = guarded(call -> Told.units(1));
        assertThat(closed).hasValue(1);
        ((AutoCloseable) cost).close();
        assertThat(closed).hasValue(2);
    }
}
