package dev.tiergate.limits;

import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;

/**
 * Takes units off counters, or slots, in Redis; kept until Redis is back if it could not be sent, and carried out at most once.
 * Which outcomes give units back: {@link LimitSettlement}; what this node's lease takes back itself: {@link Lease#untake}.
 */
final class GiveBack implements LinkCommand {

    private final Refunds refunds;
    private final String slotName;
    private final List<Part> parts;
    private final boolean charged;
    private boolean filled;

    /** Units of one counter. */
    record Part(Counter counter, long units) {}

    /** @param charged whether a charge took the units, which a Redis that lost the counter may have lost with it */
    GiveBack(Refunds refunds, String slotName, List<Part> parts, boolean charged) {
        this.refunds = refunds;
        this.slotName = slotName;
        this.parts = parts;
        this.charged = charged;
    }

    @Override
    public String tag() {
        return parts.get(0).counter().place().store();
    }

    @Override
    public Request encode(LedgerScript script, long redisMillis) {
        Request request = script.call(1 + parts.size());
        parts.get(0).counter().place().addEpoch(request);
        parts.forEach(part -> part.counter().place().addKey(request));
        script.operation(request, LedgerScript.Operation.BACK, 0);
        request.arg(slotName);
        parts.forEach(part -> part.counter().place().describe(request, part.units(), -1));
        return request;
    }

    @Override
    public void answered(Response reply) {
        switch (LedgerScript.code(reply)) {
            case DONE -> {
                for (int i = 0; i < parts.size(); i++) {
                    refunds.learn(parts.get(i).counter().known(), LedgerScript.told(reply, i));
                }
            }
            case UNSURE -> fillFirst();
            case COLD -> {
                if (!charged) {
                    fillFirst();
                }
            }
            case FAULT -> {
                Faults.log(LedgerScript.fault(reply));
                if (LuaScript.denied(LedgerScript.fault(reply))) {
                    refunds.keep(this);
                }
            }
            default -> {} // nothing is there any more that it could be taken off
        }
    }

    private void fillFirst() {
        filled = !filled;
        if (filled) {
            refunds.fillFor(this);
        } else {
            refunds.keep(this);
        }
    }

    @Override
    public void failed(boolean dispatched) {
        if (!dispatched) {
            refunds.keep(this);
        }
    }
}
