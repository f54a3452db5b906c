package dev.tiergate.limits;

import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** One exchange of a lease. It may be carried out at any time, however late: its number says whether it was already. */
final class LeaseCommand implements LinkCommand {

    /** A node's part of the room is one in so many, times the nodes: leases shrink as the limit nears. */
    private static final int CAUTION = 2;

    private final LeaseKeeper keeper;
    private final NodeCounters node;
    private final HeldLease held;
    private final Lease.Exchange exchange;
    private boolean filled;

    LeaseCommand(LeaseKeeper keeper, NodeCounters node, HeldLease held, Lease.Exchange exchange) {
        this.keeper = keeper;
        this.node = node;
        this.held = held;
        this.exchange = exchange;
    }

    @Override
    public String tag() {
        return held.counter().place().store();
    }

    @Override
    public Request encode(LedgerScript script, long redisMillis) {
        Place place = held.counter().place();
        Request request = script.call(2);
        place.addEpoch(request);
        place.addKey(request);
        script.operation(request, LedgerScript.Operation.LEASE, 0);
        request.arg(node.id());
        place.describe(request, exchange.want(), held.limit());
        return request.arg(held.epoch())
                .arg(exchange.number())
                .arg(exchange.give())
                .arg(exchange.hold())
                .arg((long) CAUTION * node.living().all().size());
    }

    @Override
    public void answered(Response reply) {
        var code = LedgerScript.code(reply);
        if (code == LedgerScript.Code.UNSURE && !filled) {
            filled = true;
            keeper.fillFor(this, () -> held.heard(this));
            return;
        }
        held.heard(this);
        switch (code) {
            case DONE -> {
                var told = LedgerScript.told(reply, 0);
                keeper.answered(held, told, exchange.number(), LedgerScript.granted(reply));
            }
            case MOVED, COLD -> keeper.drop(held);
            case UNSURE -> {}
            default -> Faults.log(LedgerScript.fault(reply));
        }
    }

    /** It is sent again, maybe over another connection; the first answer that comes counts. */
    @Override
    public void expired() {
        held.heard(this);
    }

    @Override
    public void failed(boolean dispatched) {
        held.heard(this);
    }
}
