package dev.tiergate.limits;

import dev.tiergate.plugin.Limit;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Response;

/** Makes one counter read what somebody else counted. */
final class PutCommand extends CountCommand {

    private final Subject subject;
    private final Limit limit;
    private final long current;
    private final Promise<Usage> result = Promise.promise();

    PutCommand(LedgerLoop loop, Subject subject, Limit limit, long current) {
        super(LedgerScript.Operation.PUT, loop);
        this.subject = subject;
        this.limit = limit;
        this.current = current;
    }

    /** What it read before. */
    Future<Usage> result() {
        return result.future();
    }

    @Override
    Subject subject() {
        return subject;
    }

    @Override
    int size() {
        return 1;
    }

    @Override
    Limit limit(int index) {
        return limit;
    }

    @Override
    long units(int index) {
        return current;
    }

    @Override
    String slotName() {
        return "";
    }

    @Override
    void done(Response reply, boolean late) {
        Usage before = numbers(reply).get(0);
        Told told = LedgerScript.told(reply, 0);
        loop.learn(
                spread().only(0).known(),
                new Told(current + told.held(), told.held(), told.epoch(), told.version() + 1));
        if (!late) {
            result.complete(before);
        }
    }

    @Override
    void over(Response reply) {
        throw new IllegalStateException("Nothing is asked of the limit");
    }

    @Override
    void unavailable() {
        result.fail(new LedgerUnavailableException());
    }
}
