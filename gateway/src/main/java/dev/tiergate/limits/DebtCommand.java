package dev.tiergate.limits;

import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** Charges what was let pass while Redis was away, whatever the limit says: it was used. */
final class DebtCommand implements LinkCommand {

    private final LocalBudget budget;
    private final long units;

    DebtCommand(LocalBudget budget) {
        this.budget = budget;
        this.units = budget.local();
    }

    @Override
    public Request encode(LedgerScript script, long redisMillis) {
        Request request = script.call(1);
        budget.place().addKey(request);
        LedgerScript.operation(request, LedgerScript.Operation.ADD, 0);
        request.arg("");
        budget.place().describe(request, units, -1);
        return request;
    }

    @Override
    public void answered(Response reply) {
        if (LedgerScript.code(reply) == LedgerScript.Code.DONE) {
            budget.settled(units, LedgerScript.count(reply, 0));
        } else {
            Faults.log(LedgerScript.fault(reply));
            budget.notSettled();
        }
    }

    @Override
    public void failed(boolean dispatched) {
        budget.notSettled();
    }
}
