package dev.tiergate.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EarliestTimerTest {

    private static final Duration SOON = Duration.ofMillis(30);
    private static final Duration LATER = Duration.ofHours(1);

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final LinkedBlockingQueue<String> fired = new LinkedBlockingQueue<>();
    private final EarliestTimer timer = new EarliestTimer(vertx, () -> fired.add("fired"));

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void what_is_set_later_does_not_postpone_what_is_due_earlier() throws Exception {
        onLoop(() -> {
            timer.within(SOON);
            timer.within(LATER);
        });
        assertThat(fired()).isTrue();
    }

    @Test
    void what_is_due_earlier_replaces_what_is_due_later() throws Exception {
        onLoop(() -> {
            timer.within(LATER);
            timer.within(SOON);
        });
        assertThat(fired()).isTrue();
    }

    @Test
    void it_fires_once_and_can_be_set_again() throws Exception {
        var others = new EarliestTimer(vertx, () -> fired.add("another"));
        onLoop(() -> {
            timer.within(SOON);
            timer.within(SOON);
            others.within(SOON.multipliedBy(2));
        });
        assertThat(fired()).isTrue();
        assertThat(fired.poll(10, TimeUnit.SECONDS)).isEqualTo("another");
        onLoop(() -> timer.within(SOON));
        assertThat(fired()).isTrue();
    }

    @Test
    void what_was_cancelled_is_set_anew_however_late() throws Exception {
        var others = new EarliestTimer(vertx, () -> fired.add("another"));
        onLoop(() -> {
            timer.within(SOON);
            timer.cancel();
            others.within(SOON.multipliedBy(2));
        });
        assertThat(fired.poll(10, TimeUnit.SECONDS)).isEqualTo("another");
        onLoop(() -> timer.within(SOON.multipliedBy(3)));
        assertThat(fired()).isTrue();
    }

    private void onLoop(Runnable what) {
        loop.runOnContext(now -> what.run());
    }

    private boolean fired() throws InterruptedException {
        return "fired".equals(fired.poll(10, TimeUnit.SECONDS));
    }
}
