package dev.tiergate.limits;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * How a connection to Redis behaves.
 *
 * @param deadline how long a command may take from its dispatch
 * @param connect how long a connection may take until it can serve
 * @param watch how often a connection is looked at; one that answers nothing for three looks is given up
 * @param keep how long a connection that was given up is still listened to, for late answers
 * @param retryFirst the wait before the first new attempt; doubles up to {@code retryMost}
 * @param maxCommands commands waiting or on their way; more are refused at once
 * @param wall the time before Redis has told its own
 * @param nanos a monotonic clock
 * @param chance 0 to 1, spreads the attempts of many nodes
 */
public record LinkSettings(
        Duration deadline,
        Duration connect,
        Duration watch,
        Duration keep,
        Duration retryFirst,
        Duration retryMost,
        int maxCommands,
        InstantSource wall,
        LongSupplier nanos,
        DoubleSupplier chance) {

    public static final LinkSettings DEFAULT = new LinkSettings(
            Duration.ofMillis(50),
            Duration.ofSeconds(1),
            Duration.ofMillis(250),
            Duration.ofSeconds(60),
            Duration.ofMillis(50),
            Duration.ofSeconds(1),
            8192,
            InstantSource.system(),
            System::nanoTime,
            () -> ThreadLocalRandom.current().nextDouble());

    public LinkSettings withDeadline(Duration next) {
        return new LinkSettings(next, connect, watch, keep, retryFirst, retryMost, maxCommands, wall, nanos, chance);
    }

    public LinkSettings withMaxCommands(int next) {
        return new LinkSettings(deadline, connect, watch, keep, retryFirst, retryMost, next, wall, nanos, chance);
    }

    public LinkSettings withClocks(InstantSource nextWall, LongSupplier nextNanos) {
        return new LinkSettings(
                deadline, connect, watch, keep, retryFirst, retryMost, maxCommands, nextWall, nextNanos, chance);
    }

    public LinkSettings withChance(DoubleSupplier next) {
        return new LinkSettings(deadline, connect, watch, keep, retryFirst, retryMost, maxCommands, wall, nanos, next);
    }
}
