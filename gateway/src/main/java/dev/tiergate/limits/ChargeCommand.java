package dev.tiergate.limits;

import dev.tiergate.plugin.Limit;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** One call of the script: all lines of a request, or none. */
final class ChargeCommand extends CountCommand {

    private final Vertx vertx;
    private final Receipts receipts;
    private final LeaseKeeper leases;
    private final Living living;
    private final ChargeRequest request;
    private final String slotName;
    private final Promise<ChargeResult> result = Promise.promise();
    private final RecallWait wait = new RecallWait();

    ChargeCommand(
            Vertx vertx, LedgerLoop loop, Receipts receipts, LeaseKeeper leases, Living living, ChargeRequest request) {
        super(LedgerScript.Operation.CHARGE, loop);
        this.vertx = vertx;
        this.receipts = receipts;
        this.leases = leases;
        this.living = living;
        this.request = request;
        this.slotName = receipts.nameSlots(request.lines());
    }

    Future<ChargeResult> result() {
        return result.future();
    }

    @Override
    Subject subject() {
        return request.subject();
    }

    @Override
    int size() {
        return request.lines().size();
    }

    @Override
    Limit limit(int index) {
        return request.lines().get(index).limit();
    }

    @Override
    long units(int index) {
        return request.lines().get(index).units();
    }

    @Override
    String slotName() {
        return slotName;
    }

    @Override
    void done(Response reply, boolean late) {
        List<Usage> numbers = numbers(reply);
        LedgerReceipt receipt = receipts.of(request.lines(), spread(), taken(reply), slotName, false)
                .hold(sent());
        if (late) {
            receipt.undo();
        } else {
            result.complete(new ChargeResult.Charged(numbers, receipt));
            lease();
        }
    }

    /** Of a balance the script tells what it took from each grant, of which nothing is held. */
    private long[] taken(Response reply) {
        long[] taken = new long[spread().counters().size()];
        for (int i = 0; i < size(); i++) {
            for (int c = spread().first(i); c < spread().end(i); c++) {
                taken[c] = spread().get(c).place().ofGrant()
                        ? LedgerScript.told(reply, c).held()
                        : units(i);
            }
        }
        return taken;
    }

    /** Only a request whose every line can be leased is ever let pass by leases. */
    private void lease() {
        if (request.lines().stream().allMatch(line -> line.limit().window().calendar())) {
            for (int i = 0; i < size(); i++) {
                leases.charged(request.subject(), spread().only(i), limit(i), units(i));
            }
        }
    }

    @Override
    void over(Response reply) {
        refuse(numbers(reply));
    }

    /** Whoever holds units was told to give them back. */
    @Override
    void held(Response reply) {
        OptionalLong pause = silent(reply) ? OptionalLong.empty() : wait.next();
        if (pause.isPresent()) {
            vertx.setTimer(pause.getAsLong(), waited -> retry());
        } else {
            withoutHeld(reply);
        }
    }

    /** What silent nodes hold cannot be had by anybody. */
    private void withoutHeld(Response reply) {
        List<Usage> numbers = new ArrayList<>(numbers(reply));
        for (int i = 0; i < size(); i++) {
            long held = LedgerScript.told(reply, spread().first(i)).held();
            if (held > 0) {
                NodeCounter counter = spread().only(i).known();
                counter.silent(held);
                living.suspect(counter);
                numbers.set(i, numbers.get(i).more(held));
            }
        }
        refuse(numbers);
    }

    /** True when all that is held is held by nodes that did not answer before, nor since. */
    private boolean silent(Response reply) {
        boolean silent = true;
        for (int i = 0; i < size(); i++) {
            Told told = LedgerScript.told(reply, spread().first(i));
            NodeCounter counter = spread().only(i).known();
            loop.learn(counter, told);
            silent &= told.held() == counter.silent();
        }
        return silent;
    }

    private void refuse(List<Usage> numbers) {
        result.complete(new ChargeResult.Over(RetryAfter.longest(request.lines(), numbers), numbers));
    }

    @Override
    void unavailable() {
        result.complete(new ChargeResult.Unavailable());
    }
}
