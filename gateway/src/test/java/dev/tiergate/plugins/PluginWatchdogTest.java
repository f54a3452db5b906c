package dev.tiergate.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PluginWatchdogTest {

    private static final long LIMIT = Duration.ofMillis(100).toNanos();

    private final List<String> told = new ArrayList<>();
    private final PluginWatchdog watchdog = PluginWatchdog.idle((plugin, stack) -> {
        assertThat(Arrays.toString(stack)).contains(PluginWatchdogTest.class.getName());
        told.add(plugin);
    });
    private final PluginWatchdog.Slot slot = watchdog.slot();

    @AfterEach
    void close() {
        watchdog.close();
    }

    @Test
    void a_plugin_that_holds_its_loop_for_100_ms_is_told_and_one_that_does_a_nanosecond_less_is_not() {
        slot.enter("region");
        watchdog.look(1);
        watchdog.look(LIMIT);
        assertThat(told).isEmpty();
        watchdog.look(LIMIT + 1);
        assertThat(told).containsExactly("region");
    }

    @Test
    void it_is_told_once_a_time_that_it_does() {
        slot.enter("region");
        watchdog.look(0);
        watchdog.look(LIMIT);
        watchdog.look(2 * LIMIT);
        assertThat(told).hasSize(1);
        slot.leave(null);
        slot.enter("region");
        watchdog.look(3 * LIMIT);
        watchdog.look(4 * LIMIT);
        assertThat(told).hasSize(2);
    }

    @Test
    void a_loop_that_asks_nobody_is_idle() {
        watchdog.look(0);
        watchdog.look(LIMIT);
        slot.leave(slot.enter("region"));
        watchdog.look(2 * LIMIT);
        watchdog.look(3 * LIMIT);
        assertThat(told).isEmpty();
    }

    @Test
    void many_short_questions_are_no_long_one() {
        for (int look = 0; look < 4; look++) {
            slot.enter("region");
            watchdog.look(look * LIMIT);
            slot.leave(null);
        }
        assertThat(told).isEmpty();
    }

    @Test
    void after_a_question_within_a_question_the_outer_plugin_holds_the_loop() {
        slot.enter("outer");
        slot.leave(slot.enter("inner"));
        watchdog.look(0);
        watchdog.look(LIMIT);
        assertThat(told).containsExactly("outer");
    }

    @Test
    void a_loop_that_has_ended_is_not_watched() {
        slot.enter("region");
        watchdog.forget(slot);
        watchdog.look(0);
        watchdog.look(LIMIT);
        assertThat(told).isEmpty();
    }
}
