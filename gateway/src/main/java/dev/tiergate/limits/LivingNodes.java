package dev.tiergate.limits;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The nodes that count in the same Redis, as it lists those that said lately that they live; this one is always among them.
 * Shared by the node's event loops.
 */
final class LivingNodes {

    /** So many lists in a row must lack a node: a Redis that came back empty lists each only when it has spoken again. */
    private static final int MISSED = 3;

    private final String self;

    /** How many lists in a row lacked it; guarded by this. */
    private final Map<String, Integer> missed = new LinkedHashMap<>();

    private int lists;
    private volatile List<String> all;
    private volatile boolean certain;

    LivingNodes(String self) {
        this.self = self;
        this.missed.put(self, 0);
        this.all = List.of(self);
    }

    /** What Redis listed, once a second; without this node the list is older than its word. */
    synchronized void listed(List<String> nodes) {
        if (!nodes.contains(self)) {
            return;
        }
        missed.replaceAll((node, times) -> times + 1);
        nodes.forEach(node -> missed.put(node, 0));
        missed.values().removeIf(times -> times >= MISSED);
        all = List.copyOf(missed.keySet());
        certain |= ++lists >= MISSED;
    }

    List<String> all() {
        return all;
    }

    /** Whether a node that is not among them can be taken for dead. */
    boolean certain() {
        return certain;
    }
}
