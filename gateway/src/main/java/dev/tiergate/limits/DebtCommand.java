package dev.tiergate.limits;

import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** Charges what was let pass while Redis was away, whatever the limit says: it was used. */
final class DebtCommand implements LinkCommand {

    private final NodeCounter counter;
    private final LedgerLoop loop;
    private final long units;

    DebtCommand(NodeCounter counter, LedgerLoop loop) {
        this.counter = counter;
        this.loop = loop;
        this.units = counter.local().sending();
    }

    @Override
    public String tag() {
        return counter.place().store();
    }

    @Override
    public Request encode(LedgerScript script, long redisMillis) {
        Request request = script.call(2);
        counter.place().addEpoch(request);
        counter.place().addKey(request);
        LedgerScript.operation(request, LedgerScript.Operation.ADD, 0);
        request.arg("");
        counter.place().describe(request, units, -1);
        return request;
    }

    @Override
    public void answered(Response reply) {
        switch (LedgerScript.code(reply)) {
            case DONE -> {
                // in this order: for a moment it counts twice rather than not at all
                loop.learn(counter, LedgerScript.told(reply, 0));
                counter.local().settled();
            }
            case COLD ->
                loop.cold()
                        .fill(counter.place().store())
                        .onComplete(filled -> counter.local().notSettled());
            default -> {
                Faults.log(LedgerScript.fault(reply));
                counter.local().notSettled();
            }
        }
    }

    @Override
    public void failed(boolean dispatched) {
        counter.local().notSettled();
    }
}
