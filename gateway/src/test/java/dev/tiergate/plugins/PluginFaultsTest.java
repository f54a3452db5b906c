package dev.tiergate.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.LogLines;
import dev.tiergate.telemetry.GateMetrics;
import dev.tiergate.telemetry.MetricNames;
import dev.tiergate.telemetry.PluginFault;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PluginFaultsTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - SECOND / 2); // it may overflow at any time
    private final PluginFaults faults = new PluginFaults(new GateMetrics(registry), now::get);
    private final LogLines said = LogLines.of(PluginFaults.class.getName()).alone();

    @AfterEach
    void close() {
        said.close();
    }

    @Test
    void a_fault_has_a_line_a_second_and_is_counted_each_time() {
        faults.happened("region", PluginFault.THREW, new IllegalStateException());
        now.addAndGet(SECOND - 1);
        faults.happened("region", PluginFault.THREW, null);
        assertThat(said.messages()).containsExactly("The plugin region threw");
        now.incrementAndGet();
        faults.happened("region", PluginFault.THREW, null);
        assertThat(said.messages()).containsExactly("The plugin region threw", "The plugin region threw");
        assertThat(counted("region", "threw")).isEqualTo(3);
    }

    @Test
    void kinds_of_faults_have_lines_of_their_own() {
        faults.happened("region", PluginFault.THREW, null);
        faults.happened("region", PluginFault.LATE, null);
        assertThat(said.messages())
                .containsExactly("The plugin region threw", "The plugin region did not answer in time");
    }

    @Test
    void plugins_have_lines_of_their_own() {
        faults.happened("region", PluginFault.FAILED, null);
        faults.happened("role", PluginFault.FAILED, null);
        assertThat(said.messages())
                .containsExactly("The plugin region gave no answer", "The plugin role gave no answer");
    }

    @Test
    void one_that_keeps_blocking_has_a_line_a_second_too() {
        faults.blocked("region", new StackTraceElement[0]);
        now.addAndGet(SECOND - 1);
        faults.blocked("region", new StackTraceElement[0]);
        assertThat(said.messages()).containsExactly("The plugin region held an event loop for over 100 ms");
        now.incrementAndGet();
        faults.blocked("region", new StackTraceElement[0]);
        assertThat(said.messages()).hasSize(2);
        assertThat(counted("region", "blocked")).isEqualTo(3);
    }

    @Test
    void causes_that_lead_round_in_a_circle_end() {
        var one = new IllegalStateException();
        one.initCause(new IllegalArgumentException(one));
        faults.happened("region", PluginFault.THREW, one);
        assertThat(said.messages()).hasSize(1);
    }

    private double counted(String plugin, String kind) {
        return registry.get(MetricNames.PLUGIN_FAULTS)
                .tags("plugin", plugin, "kind", kind)
                .counter()
                .count();
    }
}
