package dev.tiergate.limits;

import io.vertx.core.Context;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The leases that one event loop owns: begins them, makes their exchanges, and ends them. */
final class LeaseKeeper {

    private final Context context;
    private final LedgerLoop loop;
    private final NodeCounters node;
    private final Set<HeldLease> leases = new LinkedHashSet<>();

    LeaseKeeper(Context context, LedgerLoop loop, NodeCounters node) {
        this.context = context;
        this.loop = loop;
        this.node = node;
    }

    /** Notes a charge that Redis was asked for, and begins a lease where there were many. */
    void charged(NodeCounter counter, long limit, long units) {
        long now = loop.link().clock().millis();
        if (counter.busyness().charged(units, now) && counter.lease() == null) {
            begin(counter, limit, now);
        }
    }

    private void begin(NodeCounter counter, long limit, long now) {
        var lease = new Lease(limit, node::nextNumber, counter.busyness().unitsAMilli(now), now);
        var held = new HeldLease(counter, lease, limit, this::recalled);
        if (node.add(held)) {
            counter.lease(lease);
            leases.add(held);
            step(held, now);
        }
    }

    private void recalled(HeldLease held) {
        context.runOnContext(on -> {
            long now = loop.link().clock().millis();
            held.lease().recall(now);
            step(held, now);
        });
    }

    /** Redis answered an exchange; whatever else is to be said is said at once. */
    void answered(HeldLease held, Told told) {
        loop.learn(held.counter(), told);
        step(held, loop.link().clock().millis());
    }

    /** Called at a steady pace while Redis can be reached. */
    void tick() {
        long now = loop.link().clock().millis();
        for (HeldLease held : List.copyOf(leases)) {
            if (!node.recallable()) {
                held.lease().end(now);
            }
            step(held, now);
        }
    }

    private void step(HeldLease held, long now) {
        if (held.over(now)) {
            held.lease().drop();
            remove(held);
        } else if (!held.asking()) {
            held.lease().next(now).ifPresent(exchange -> {
                held.asked();
                loop.link().send(new LeaseCommand(this, node, held, exchange));
            });
            if (held.lease().ended()) {
                remove(held);
            }
        }
    }

    /** Redis lost the counter, or its window is over. */
    void drop(HeldLease held) {
        if (leases.contains(held)) {
            long lost = held.lease().drop();
            if (!held.over(loop.link().clock().millis())) {
                node.forfeited(lost);
            }
            remove(held);
        }
    }

    private void remove(HeldLease held) {
        leases.remove(held);
        held.counter().lease(null);
        node.remove(held);
    }

    /** Gives everything back. */
    void end() {
        long now = loop.link().clock().millis();
        for (HeldLease held : List.copyOf(leases)) {
            held.lease().end(now);
            step(held, now);
        }
    }
}
