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
    final LedgerLoop loop;
    private List<Counter> counters = List.of();
    private boolean moved;
    private boolean filled;
    private boolean expired;

    CountCommand(LedgerScript.Operation operation, LedgerLoop loop) {
        this.operation = operation;
        this.loop = loop;
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

    /** Too little, but enough if nodes gave back what they hold; not told when late. */
    void held(Response reply) {
        over(reply);
    }

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
            Counter counter = counters.get(i);
            Told told = LedgerScript.told(reply, i);
            loop.learn(counter.known(), told);
            long current = counter.known().used(told);
            numbers.add(new Usage(
                    limit(i), current, counter.span(), now, counter.known().show(current)));
        }
        return List.copyOf(numbers);
    }

    @Override
    public final String tag() {
        return subject().store().externalId();
    }

    @Override
    public final Request encode(LedgerScript script, long redisMillis) {
        resolve(Instant.ofEpochMilli(redisMillis));
        Request request = script.call(1 + counters.size());
        counters.get(0).place().addEpoch(request);
        counters.forEach(counter -> counter.place().addKey(request));
        LedgerScript.operation(request, operation, redisMillis + loop.deadlineMillis());
        request.arg(slotName());
        for (int i = 0; i < counters.size(); i++) {
            counters.get(i).place().describe(request, units(i), limit(i).value());
        }
        return request;
    }

    private void resolve(Instant now) {
        List<Counter> resolved = new ArrayList<>(size());
        for (int i = 0; i < size(); i++) {
            resolved.add(loop.counters().of(subject(), limit(i), now));
        }
        counters = resolved;
    }

    @Override
    public final void answered(Response reply) {
        if (!expired) {
            loop.breaker().answered();
        }
        switch (LedgerScript.code(reply)) {
            case DONE -> done(reply, expired);
            case OVER -> {
                if (!expired) {
                    over(reply);
                }
            }
            case HELD -> {
                if (!expired) {
                    held(reply);
                }
            }
            case MOVED, LATE -> again();
            case COLD -> fill();
            case FAULT -> {
                Faults.log(LedgerScript.fault(reply));
                giveUp();
            }
        }
    }

    /** The answer told the time, so the second question is right unless Redis's clock jumps again. */
    private void again() {
        if (expired || moved) {
            giveUp();
        } else {
            moved = true;
            loop.link().send(this);
        }
    }

    private void fill() {
        if (expired || filled) {
            giveUp();
        } else {
            filled = true;
            loop.cold().fill(subject().store().externalId()).onComplete(outcome -> {
                if (outcome.succeeded()) {
                    loop.link().send(this);
                } else {
                    giveUp();
                }
            });
        }
    }

    /** Asks once more, when others had time to give back. */
    final void retry() {
        moved = false;
        loop.link().send(this);
    }

    @Override
    public final void expired() {
        loop.breaker().late();
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
