package dev.tiergate.limits;

import java.util.ArrayDeque;
import java.util.List;

/** Units on their way back. While Redis is away they wait, a bounded number; the script drops what comes after its window. */
final class Refunds {

    /** More than an outage of seconds leaves behind; past it counters stay high, never low. */
    private static final int MOST = 10_000;

    private final RedisLink link;
    private final ArrayDeque<GiveBack> waiting = new ArrayDeque<>();

    Refunds(RedisLink link) {
        this.link = link;
    }

    /** @param slotName what slots among the parts are called; empty where there are none */
    void send(String slotName, List<GiveBack.Part> parts) {
        if (!parts.isEmpty()) {
            link.send(new GiveBack(this, slotName, parts));
        }
    }

    void keep(GiveBack refund) {
        if (waiting.size() < MOST) {
            waiting.addLast(refund);
        }
    }

    /** Sends what waits; what fails again waits on. */
    void retry() {
        for (int left = waiting.size(); left > 0; left--) {
            link.send(waiting.removeFirst());
        }
    }
}
