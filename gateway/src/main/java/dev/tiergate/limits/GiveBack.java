package dev.tiergate.limits;

import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;

/** Takes units off counters, or slots; kept until Redis is back if it could not be sent, and sent at most once. */
final class GiveBack implements LinkCommand {

    private final Refunds refunds;
    private final String slotName;
    private final List<Part> parts;

    /** Units of one counter. */
    record Part(Counter counter, long units) {}

    GiveBack(Refunds refunds, String slotName, List<Part> parts) {
        this.refunds = refunds;
        this.slotName = slotName;
        this.parts = parts;
    }

    @Override
    public Request encode(LedgerScript script, long redisMillis) {
        Request request = script.call(parts.size());
        parts.forEach(part -> part.counter().place().addKey(request));
        LedgerScript.operation(request, LedgerScript.Operation.BACK, 0);
        request.arg(slotName);
        parts.forEach(part -> part.counter().place().describe(request, part.units(), -1));
        return request;
    }

    @Override
    public void answered(Response reply) {
        if (LedgerScript.code(reply) == LedgerScript.Code.FAULT) {
            Faults.log(LedgerScript.fault(reply));
            return;
        }
        for (int i = 0; i < parts.size(); i++) {
            parts.get(i).counter().budget().learn(LedgerScript.count(reply, i));
        }
    }

    @Override
    public void failed(boolean dispatched) {
        if (!dispatched) {
            refunds.keep(this);
        }
    }
}
