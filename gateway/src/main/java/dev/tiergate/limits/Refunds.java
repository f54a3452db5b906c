package dev.tiergate.limits;

import java.util.ArrayDeque;
import java.util.List;

/**
 * Units on their way back. While Redis is away they wait, a bounded number; the script drops what comes after its window.
 * Which outcomes give units back: {@link LimitSettlement}.
 */
final class Refunds {

    /** More than an outage of seconds leaves behind; past it counters stay high, never low. */
    private static final int MOST = 10_000;

    /** Of those that wait, so many are sent at once, so that requests find room between them. */
    private static final int MOST_RETRIED = 500;

    private final LedgerLoop loop;
    private final ArrayDeque<GiveBack> waiting = new ArrayDeque<>();

    Refunds(LedgerLoop loop) {
        this.loop = loop;
    }

    /**
     * What a charge took.
     *
     * @param slotName what slots among the parts are called; empty where there are none
     */
    void send(String slotName, List<GiveBack.Part> parts) {
        if (!parts.isEmpty()) {
            loop.link().send(new GiveBack(this, slotName, parts, true));
        }
    }

    /** What a request costs less than nothing. */
    void lessen(List<GiveBack.Part> parts) {
        if (!parts.isEmpty()) {
            loop.link().send(new GiveBack(this, "", parts, false));
        }
    }

    void learn(NodeCounter counter, Told told) {
        loop.learn(counter, told);
    }

    /** Its counters may be behind their copies. */
    void fillFor(GiveBack refund) {
        loop.fillFor(refund, () -> keep(refund));
    }

    void keep(GiveBack refund) {
        if (waiting.size() < MOST) {
            waiting.addLast(refund);
        }
    }

    /** Sends what waits, but not to a server that answers late; what fails again waits on. */
    void retry() {
        for (int left = Math.min(MOST_RETRIED, waiting.size()); left > 0; left--) {
            GiveBack refund = waiting.removeFirst();
            if (loop.link().spared(refund.tag())) {
                waiting.addLast(refund);
            } else {
                loop.link().send(refund);
            }
        }
    }

    /** At the end: sends all that waits. */
    void end() {
        for (int left = waiting.size(); left > 0; left--) {
            loop.link().send(waiting.removeFirst());
        }
    }
}
