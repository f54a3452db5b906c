package dev.tiergate.plugins;

import dev.tiergate.telemetry.GateMetrics;
import dev.tiergate.telemetry.PluginFault;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what goes wrong in plugins, and says which it was: a line a second at most for each plugin and
 * kind of fault. What an exception says is
 * left out of the line, as it may be of a request; where it was thrown is not. Safe for use by several threads.
 */
final class PluginFaults implements PluginWatchdog.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(PluginFaults.class);

    private static final Duration BETWEEN_LINES = Duration.ofSeconds(1);

    /** Of causes, that a line shows. */
    private static final int MOST_CAUSES = 5;

    private final GateMetrics metrics;
    private final LongSupplier clock;
    private final Map<Kind, AtomicLong> quietUntil = new ConcurrentHashMap<>();

    private record Kind(String plugin, PluginFault fault) {}

    /** @param clock nanoseconds of the monotonic clock */
    PluginFaults(GateMetrics metrics, LongSupplier clock) {
        this.metrics = metrics;
        this.clock = clock;
    }

    /** @param cause null where there is none */
    void happened(String plugin, PluginFault kind, @Nullable Throwable cause) {
        metrics.pluginFault(plugin, kind);
        if (due(plugin, kind)) {
            LOG.error("The plugin {} {}", plugin, kind.text(), cause == null ? null : bare(cause, MOST_CAUSES));
        }
    }

    @Override
    public void blocked(String plugin, StackTraceElement[] stack) {
        metrics.pluginFault(plugin, PluginFault.BLOCKED);
        if (due(plugin, PluginFault.BLOCKED)) {
            var where = new Throwable("where it was");
            where.setStackTrace(stack);
            var millis = PluginWatchdog.HELD_TOO_LONG.toMillis();
            LOG.error("The plugin {} {} for over {} ms", plugin, PluginFault.BLOCKED.text(), millis, where);
        }
    }

    private boolean due(String plugin, PluginFault fault) {
        var now = clock.getAsLong();
        var until = quietUntil.computeIfAbsent(new Kind(plugin, fault), first -> new AtomicLong(now));
        var before = until.get();
        return now - before >= 0 && until.compareAndSet(before, now + BETWEEN_LINES.toNanos());
    }

    private static Throwable bare(Throwable fault, int causes) {
        var bare = new Throwable(fault.getClass().getName());
        bare.setStackTrace(fault.getStackTrace());
        var cause = fault.getCause();
        return cause == null || causes == 0 ? bare : bare.initCause(bare(cause, causes - 1));
    }
}
