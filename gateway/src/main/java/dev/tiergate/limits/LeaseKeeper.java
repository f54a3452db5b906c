package dev.tiergate.limits;

import dev.tiergate.plugin.Limit;
import io.vertx.core.Context;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The leases that one event loop owns: begins them, makes their exchanges, and ends them. Which counters are worth one:
 * {@link Busyness}; how much and how often: {@link Lease}; which outlive a Redis that lost something: fill in ledger.lua.
 */
final class LeaseKeeper {

    private final Context context;
    private final LedgerLoop loop;
    private final NodeCounters node;
    private final Refunds refunds;
    private final Map<NodeCounter, HeldLease> leases = new LinkedHashMap<>();
    private LimitWatch watch = new LimitWatch(LimitEvents.NONE, 1);
    private boolean leaving;

    LeaseKeeper(Context context, LedgerLoop loop, NodeCounters node, Refunds refunds) {
        this.context = context;
        this.loop = loop;
        this.node = node;
        this.refunds = refunds;
    }

    void watch(LimitWatch next) {
        watch = next;
    }

    /** Notes a charge that Redis was asked for: begins a lease where there were many, and hastens one that is too small. */
    void charged(Subject subject, Counter counter, Limit limit, long units) {
        long now = loop.link().clock().millis();
        NodeCounter known = counter.known();
        var granted = known.lease();
        if (granted != null && !granted.under(limit.value())) {
            node.recall(known.place().key());
        } else if (granted != null && granted.tooSmall() && leases.containsKey(known)) {
            step(leases.get(known), now);
        } else if (known.busyness().charged(units, now) && granted == null) {
            double rate = known.busyness().unitsAMilli(now);
            var lease = new Lease(limit.value(), node::nextNumber, rate, now);
            begin(new HeldLease(subject, counter, lease, limit, this::recalled), now);
        }
    }

    private void begin(HeldLease held, long now) {
        if (!leaving && node.add(held)) {
            held.counter().lease(held.lease());
            leases.put(held.counter(), held);
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
    void answered(HeldLease held, Told told, long number, long granted) {
        loop.learn(held.counter(), told);
        held.lease().answered(number, granted);
        long now = loop.link().clock().millis();
        watch.learned(held.subject(), held.usage(Instant.ofEpochMilli(now)));
        step(held, now);
    }

    /** The counter may be behind its copy; if it is not, its lease goes on. Requests go first: then the next tick asks again. */
    void fillFor(LeaseCommand exchange, Runnable notNow) {
        if (loop.cold().crowded()) {
            notNow.run();
        } else {
            loop.fillFor(exchange, notNow);
        }
    }

    /** Called at a steady pace while Redis can be reached. What finds no room on the line has the next turn. */
    void tick() {
        long now = loop.link().clock().millis();
        for (HeldLease held : List.copyOf(leases.values())) {
            String tag = held.counter().place().store();
            if ((!leaving && loop.link().spared(tag)) || loop.link().crowded(tag)) {
                continue;
            }
            if (leaving || !node.recallable()) {
                held.lease().end(now);
            }
            step(held, now);
        }
    }

    /** Does nothing for a lease that ended: its counter may have another by now. */
    private void step(HeldLease held, long now) {
        if (leases.get(held.counter()) != held) {
            return;
        }
        if (held.over(now)) {
            held.lease().drop();
            remove(held);
        } else if (!held.asking()) {
            held.lease().next(now).ifPresent(exchange -> {
                var command = new LeaseCommand(this, node, held, exchange);
                held.asked(command);
                loop.link().send(command);
            });
            if (held.lease().ended()) {
                remove(held);
            }
        }
    }

    /** Redis began another epoch of the store's counters, or the window is over. */
    void drop(HeldLease held) {
        if (leases.get(held.counter()) == held) {
            long returned = held.lease().close();
            long lost = held.lease().drop();
            if (!held.over(loop.link().clock().millis())) {
                node.forfeited(lost);
                refunds.send("", returned > 0 ? List.of(held.part(returned)) : List.of());
            }
            remove(held);
        }
    }

    private void remove(HeldLease held) {
        leases.remove(held.counter());
        held.counter().lease(null);
        node.remove(held);
    }

    /** From now on each tick gives everything back, also what is on its way here when it comes, and takes no more. */
    void leave() {
        leaving = true;
    }

    boolean isEmpty() {
        return leases.isEmpty();
    }
}
