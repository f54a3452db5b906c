package dev.tiergate.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When the table is looked after; what is done there, see {@link EventPostIT}. */
class UpkeepTest {

    /** The pauses of the timers that run. */
    private final List<Long> timers = new ArrayList<>();

    private final Upkeep upkeep = new Upkeep(
            timing(),
            new Outbox(unasked(), Duration.ofSeconds(1)),
            OutboxBounds.DEFAULT,
            new OutboxMetrics(new SimpleMeterRegistry()));

    @Test
    void it_begins_once_however_often_sinks_are_configured() {
        upkeep.begin();
        upkeep.begin();
        assertThat(timers)
                .containsExactly(
                        OutboxBounds.DEFAULT.measure().toMillis(),
                        OutboxBounds.DEFAULT.purge().toMillis());
    }

    @Test
    void it_ends_with_the_node() {
        upkeep.begin();
        upkeep.end();
        assertThat(timers).containsOnlyNulls();
    }

    /** Has timers that never tick. */
    private Vertx timing() {
        return (Vertx) Proxy.newProxyInstance(
                Vertx.class.getClassLoader(), new Class<?>[] {Vertx.class}, (vertx, method, arguments) -> {
                    switch (method.getName()) {
                        case "setPeriodic" -> {
                            timers.add((Long) arguments[1]);
                            return timers.size() - 1L;
                        }
                        case "cancelTimer" -> {
                            timers.set(((Long) arguments[0]).intValue(), null);
                            return true;
                        }
                        default -> throw new AssertionError("not asked for " + method.getName());
                    }
                });
    }

    private static Pool unasked() {
        return (Pool) Proxy.newProxyInstance(
                Pool.class.getClassLoader(), new Class<?>[] {Pool.class}, (pool, method, arguments) -> {
                    throw new AssertionError("not asked for " + method.getName());
                });
    }
}
