package dev.tiergate.outbox;

import java.time.Duration;

/**
 * What a node spends on events, and its pace.
 *
 * @param queue events that may wait in memory to be written; more are lost
 * @param batch events that are written with one statement
 * @param inFlight deliveries at once to one sink
 * @param poll how often rows that are due are looked for
 * @param measure how often the backlog is counted
 * @param purge how often old rows are deleted
 * @param grace past a delivery's deadline, after which the row is free for another node
 * @param leaving how long a node that ends waits for deliveries that have begun
 * @param writing between attempts to write
 * @param sending between attempts to deliver
 */
record OutboxBounds(
        int queue,
        int batch,
        int inFlight,
        Duration poll,
        Duration measure,
        Duration purge,
        Duration grace,
        Duration leaving,
        RetryPace writing,
        RetryPace sending) {

    static final OutboxBounds DEFAULT = new OutboxBounds(
            10_000,
            200,
            8,
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            Duration.ofHours(1),
            Duration.ofSeconds(10),
            Duration.ofSeconds(2),
            RetryPace.WRITING,
            RetryPace.SENDING);
}
