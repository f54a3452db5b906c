package dev.tiergate.limits;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;

/** Gives Redis counters of a store that it does not know, or has lost; which of them it takes, the script decides. */
final class FillCommand implements LinkCommand {

    private final String store;
    private final String epoch;
    private final List<CounterCopy> counters;
    private final Promise<Void> done = Promise.promise();

    /** @param epoch that begins with these, where another has to; empty while more counters follow */
    FillCommand(String store, String epoch, List<CounterCopy> counters) {
        this.store = store;
        this.epoch = epoch;
        this.counters = counters;
    }

    /** When Redis has them. */
    Future<Void> done() {
        return done.future();
    }

    @Override
    public String tag() {
        return store;
    }

    @Override
    public Request encode(LedgerScript script, long redisMillis) {
        Request request = script.call(1 + counters.size());
        request.arg(Place.epochOf(store));
        List<Place> places = new ArrayList<>(counters.size());
        for (CounterCopy counter : counters) {
            Place place = Place.of(counter);
            places.add(place);
            place.addKey(request);
        }
        script.operation(request, LedgerScript.Operation.FILL, 0);
        request.arg(epoch);
        for (int i = 0; i < counters.size(); i++) {
            places.get(i)
                    .describe(request, counters.get(i).value(), counters.get(i).version());
        }
        return request.arg(counters.stream().mapToLong(CounterCopy::epoch).max().orElse(0));
    }

    @Override
    public void answered(Response reply) {
        if (LedgerScript.code(reply) == LedgerScript.Code.DONE) {
            done.tryComplete();
        } else {
            Faults.log(LedgerScript.fault(reply));
            done.tryFail(new LedgerUnavailableException());
        }
    }

    @Override
    public void expired() {
        done.tryFail(new LedgerUnavailableException());
    }

    @Override
    public void failed(boolean dispatched) {
        done.tryFail(new LedgerUnavailableException());
    }
}
