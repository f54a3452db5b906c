package dev.tiergate.limits;

import dev.tiergate.plugin.Limit;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Response;
import java.util.List;

/** Reads counters; takes nothing. */
final class ReadCommand extends CountCommand {

    private final Subject subject;
    private final List<Limit> limits;
    private final Promise<List<Usage>> result = Promise.promise();

    ReadCommand(LedgerLoop loop, Subject subject, List<Limit> limits) {
        super(LedgerScript.Operation.READ, loop);
        this.subject = subject;
        this.limits = limits;
    }

    Future<List<Usage>> result() {
        return result.future();
    }

    @Override
    Subject subject() {
        return subject;
    }

    @Override
    int size() {
        return limits.size();
    }

    @Override
    Limit limit(int index) {
        return limits.get(index);
    }

    @Override
    long units(int index) {
        return 0;
    }

    @Override
    String slotName() {
        return "";
    }

    @Override
    void done(Response reply, boolean late) {
        if (!late) {
            result.complete(numbers(reply));
        }
    }

    @Override
    void over(Response reply) {
        throw new IllegalStateException("Reading is never refused");
    }

    @Override
    void unavailable() {
        result.fail(new LedgerUnavailableException());
    }
}
