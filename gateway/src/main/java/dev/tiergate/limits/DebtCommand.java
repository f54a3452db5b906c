package dev.tiergate.limits;

import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * Charges what was let pass while Redis was away, whatever the limit says: it was used. Without an answer {@link LocalBudget}
 * has it told again; by its number the script charges it once.
 */
final class DebtCommand implements LinkCommand {

    private final NodeCounters node;
    private final NodeCounter counter;
    private final LedgerLoop loop;
    private final Debt debt;
    private boolean filled;

    DebtCommand(NodeCounters node, NodeCounter counter, LedgerLoop loop, Debt debt) {
        this.node = node;
        this.counter = counter;
        this.loop = loop;
        this.debt = debt;
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
        script.operation(request, LedgerScript.Operation.ADD, 0);
        request.arg(node.id());
        counter.place().describe(request, debt.units(), -1);
        return request.arg(debt.number());
    }

    @Override
    public void answered(Response reply) {
        switch (LedgerScript.code(reply)) {
            case DONE -> {
                // in this order: for a moment it counts twice rather than not at all
                loop.learn(counter, LedgerScript.told(reply, 0));
                counter.local().settled(debt);
            }
            case COLD, UNSURE -> fill();
            default -> {
                Faults.log(LedgerScript.fault(reply));
                notSettled();
            }
        }
    }

    /** Before the charges that wait for the same, which would else pass on credit. */
    private void fill() {
        if (filled) {
            notSettled();
        } else {
            filled = true;
            loop.fillFor(this, this::notSettled);
        }
    }

    /** Redis has not charged it. */
    private void notSettled() {
        counter.local().notSettled(debt, false);
    }

    @Override
    public void expired() {
        counter.local().notSettled(debt, true);
    }

    @Override
    public void failed(boolean dispatched) {
        counter.local().notSettled(debt, dispatched);
    }
}
