package dev.tiergate.plugins;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Finds plugins that hold an event loop while they are asked. Loops only note whom they ask, without a look at the clock; a
 * thread of its own sees whether they still ask the same question as some time before.
 */
final class PluginWatchdog implements AutoCloseable {

    /** A plugin that holds its loop for so long is told of. */
    static final Duration HELD_TOO_LONG = Duration.ofMillis(100);

    /** Half of that, so that it is seen before twice the time. */
    private static final Duration BETWEEN_LOOKS = HELD_TOO_LONG.dividedBy(2);

    /** Told of a plugin, once each time that it holds a loop, with what the loop does. */
    @FunctionalInterface
    interface Listener {
        void blocked(String plugin, StackTraceElement[] stack);
    }

    private final Listener listener;
    private final List<Slot> slots = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(look -> {
        var thread = new Thread(look, "plugin-watchdog");
        thread.setDaemon(true);
        return thread;
    });

    private PluginWatchdog(Listener listener) {
        this.listener = listener;
    }

    static PluginWatchdog start(Listener listener) {
        var watchdog = idle(listener);
        watchdog.begin();
        return watchdog;
    }

    /** One that looks only when it is told to. */
    static PluginWatchdog idle(Listener listener) {
        return new PluginWatchdog(listener);
    }

    private void begin() {
        var every = BETWEEN_LOOKS.toMillis();
        var unused = looks.scheduleWithFixedDelay(() -> look(System.nanoTime()), every, every, TimeUnit.MILLISECONDS);
    }

    /** Of an event loop, given on its thread. */
    Slot slot() {
        var slot = new Slot(Thread.currentThread());
        slots.add(slot);
        return slot;
    }

    /** The loop has ended. */
    void forget(Slot slot) {
        slots.remove(slot);
    }

    /** @param now nanoseconds of the monotonic clock */
    void look(long now) {
        for (var slot : slots) {
            slot.look(now, listener);
        }
    }

    @Override
    public void close() {
        looks.shutdownNow();
    }

    /** Whom one event loop asks. */
    static final class Slot {

        private final Thread thread;

        /** Another number with each beginning and end; written by the loop, after {@link #plugin}. */
        private final AtomicLong turn = new AtomicLong();

        private long lastTurn;
        private @Nullable String plugin;

        // of the watchdog alone
        private long seen;
        private @Nullable String seenPlugin;
        private long seenAt;
        private boolean told;

        private Slot(Thread thread) {
            this.thread = thread;
        }

        /** @return what {@link #leave} is to be given */
        @Nullable
        String enter(String name) {
            var outer = plugin;
            plugin = name;
            turn.setRelease(++lastTurn);
            return outer;
        }

        /** @param outer the plugin within whose question this one was asked; null for none */
        void leave(@Nullable String outer) {
            plugin = outer;
            turn.setRelease(++lastTurn);
        }

        private void look(long now, Listener listener) {
            var current = turn.getAcquire();
            if (current != seen) {
                seen = current;
                seenPlugin = plugin;
                seenAt = now;
                told = false;
            } else if (seenPlugin != null && !told && now - seenAt >= HELD_TOO_LONG.toNanos()) {
                var stack = thread.getStackTrace();
                // else the stack is of something that came later
                if (turn.getAcquire() == current) {
                    told = true;
                    listener.blocked(seenPlugin, stack);
                }
            }
        }
    }
}
