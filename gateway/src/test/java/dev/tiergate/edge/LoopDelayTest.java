package dev.tiergate.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** With a real event loop, which is held on purpose. */
class LoopDelayTest {

    private static final Duration HELD = Duration.ofMillis(60);
    private static final int LOOKS = 5;

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final List<Long> delays = new ArrayList<>();
    private LoopDelay watched;

    @AfterEach
    void end() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void a_look_comes_as_late_as_the_loop_was_held_when_it_was_due() throws Exception {
        long began = System.nanoTime();
        var late = this.<Long>onLoop(first -> {
            watch(first::tryComplete);
            hold(LoopDelay.LOOK.plus(HELD));
        });
        long all = System.nanoTime() - began;
        assertThat(late).isBetween(HELD.toNanos(), all - LoopDelay.LOOK.toNanos());
    }

    @Test
    void a_turn_in_the_midst_is_seen_once_and_shorter_by_one_look_at_most() throws Exception {
        this.<Void>onLoop(done -> watch(delay -> {
            if (delays.size() == LOOKS) {
                loop.runOnContext(turn -> hold(LoopDelay.LOOK.plus(HELD)));
            } else if (delays.size() == 2 * LOOKS) {
                done.complete();
            }
        }));
        assertThat(delays.get(LOOKS)).isGreaterThanOrEqualTo(HELD.toNanos());
        assertThat(delays).allMatch(delay -> delay >= 0);
    }

    @Test
    void one_that_is_closed_looks_no_more() throws Exception {
        this.<Void>onLoop(done -> watch(delay -> {
            if (delays.size() == 1) {
                watched.close();
                vertx.setTimer(LOOKS * LoopDelay.LOOK.toMillis(), over -> done.complete());
            }
        }));
        assertThat(delays).hasSize(1);
    }

    private void watch(Consumer<Long> heard) {
        watched = LoopDelay.watch(vertx, System::nanoTime, delay -> {
            delays.add(delay);
            heard.accept(delay);
        });
    }

    private <T> T onLoop(Consumer<Promise<T>> work) throws Exception {
        Promise<T> done = Promise.promise();
        loop.runOnContext(turn -> work.accept(done));
        return done.future().await(10, TimeUnit.SECONDS);
    }

    /** Busy, so that nothing else of the loop has its turn. */
    private static void hold(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
    }
}
