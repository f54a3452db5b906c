package dev.tiergate.limits;

import dev.tiergate.plugin.Limit;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A question about present windows: windows are computed with the time that Redis is believed to have, and once more
 * where Redis says that it is another.
 */
abstract class CountCommand implements LinkCommand {

    private final LedgerScript.Operation operation;
    private final RedisLink link;
    private final Counters cache;
    private final long deadlineMillis;
    private List<Counter> counters = List.of();
    private boolean asked;
    private boolean expired;

    CountCommand(LedgerScript.Operation operation, RedisLink link, Counters cache, long deadlineMillis) {
        this.operation = operation;
        this.link = link;
        this.cache = cache;
        this.deadlineMillis = deadlineMillis;
    }

    abstract Subject subject();

    abstract int size();

    abstract Limit limit(int index);

    abstract long units(int index);

    /** What slots are called; empty where none are taken. */
    abstract String slotName();

    /** @param late nobody waits for it any more */
    abstract void done(Response reply, boolean late);

    /** Not told when late: nothing was taken. */
    abstract void over(Response reply);

    /** Told at most once, and then nothing but a late {@link #done}. */
    abstract void unavailable();

    final List<Counter> counters() {
        return counters;
    }

    /** The counts of an answer. */
    final List<Usage> numbers(Response reply) {
        Instant now = Instant.ofEpochMilli(LedgerScript.millis(reply));
        List<Usage> numbers = new ArrayList<>(counters.size());
        for (int i = 0; i < counters.size(); i++) {
            long count = LedgerScript.count(reply, i);
            Counter counter = counters.get(i);
            counter.budget().learn(count);
            numbers.add(new Usage(limit(i), count, counter.span(), now));
        }
        return List.copyOf(numbers);
    }

    @Override
    public final Request encode(LedgerScript script, long redisMillis) {
        resolve(Instant.ofEpochMilli(redisMillis));
        Request request = script.call(counters.size());
        counters.forEach(counter -> counter.place().addKey(request));
        LedgerScript.operation(request, operation, redisMillis + deadlineMillis);
        request.arg(slotName());
        for (int i = 0; i < counters.size(); i++) {
            counters.get(i).place().describe(request, units(i), limit(i).value());
        }
        return request;
    }

    private void resolve(Instant now) {
        List<Counter> resolved = new ArrayList<>(size());
        for (int i = 0; i < size(); i++) {
            resolved.add(cache.of(subject(), limit(i), now));
        }
        counters = resolved;
    }

    @Override
    public final void answered(Response reply) {
        switch (LedgerScript.code(reply)) {
            case DONE -> done(reply, expired);
            case OVER -> {
                if (!expired) {
                    over(reply);
                }
            }
            case MOVED, LATE -> again();
            case FAULT -> {
                Faults.log(LedgerScript.fault(reply));
                giveUp();
            }
        }
    }

    /** The answer told the time, so the second question is right unless Redis's clock jumps again. */
    private void again() {
        if (expired || asked) {
            giveUp();
        } else {
            asked = true;
            link.send(this);
        }
    }

    @Override
    public final void expired() {
        giveUp();
    }

    @Override
    public final void failed(boolean dispatched) {
        giveUp();
    }

    private void giveUp() {
        if (!expired) {
            expired = true;
            unavailable();
        }
    }
}
