package dev.tiergate.limits;

import dev.tiergate.plugin.Limit;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A question about present windows: windows are computed with the time that Redis is believed to have, and anew
 * where Redis says that it is another.
 */
abstract class CountCommand implements LinkCommand {

    /** A round trip at a window's end may take the whole of what was left of it, and once more. */
    private static final int MOST_CORRECTIONS = 3;

    private final LedgerScript.Operation operation;
    final LedgerLoop loop;
    private Spread spread = Spread.NONE;
    private long sent;
    private int corrections;
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

    final Spread spread() {
        return spread;
    }

    /** When it was sent last, by the monotonic clock. */
    final long sent() {
        return sent;
    }

    /** The counts of an answer. */
    final List<Usage> numbers(Response reply) {
        Instant now = Instant.ofEpochMilli(LedgerScript.millis(reply));
        List<Usage> numbers = new ArrayList<>(size());
        for (int i = 0; i < size(); i++) {
            numbers.add(
                    limit(i).window() == Limit.Window.CREDITS
                            ? balance(i, reply, now)
                            : number(limit(i), spread.first(i), reply, now));
        }
        return List.copyOf(numbers);
    }

    private Usage number(Limit limit, int index, Response reply, Instant now) {
        Counter counter = spread.get(index);
        Told told = LedgerScript.told(reply, index);
        loop.learn(counter.known(), told);
        long current = counter.known().used(told);
        return new Usage(limit, current, counter.span(), now, counter.known().show(current));
    }

    /** Of a grant nothing is held: in the place of that a charge says what it took. */
    private Usage balance(int line, Response reply, Instant now) {
        List<GrantUse> uses = new ArrayList<>();
        long seen = 0;
        for (int i = spread.first(line); i < spread.end(line); i++) {
            Counter counter = spread.get(i);
            if (!counter.over(now.toEpochMilli())) {
                Told told = LedgerScript.told(reply, i).withoutHeld();
                loop.learn(counter.known(), told);
                uses.add(new GrantUse(counter.asGrant(limit(line)), told.charged()));
                seen += counter.known().show(told.charged());
            }
        }
        return Balance.usage(limit(line), List.copyOf(uses), now, seen);
    }

    @Override
    public final String tag() {
        return subject().store().externalId();
    }

    @Override
    public final Sign sign() {
        return Sign.ASKED;
    }

    @Override
    public final Request encode(LedgerScript script, long redisMillis) {
        sent = loop.link().clock().mark();
        resolve(Instant.ofEpochMilli(redisMillis));
        Request request = script.call(1 + spread.counters().size());
        spread.get(0).place().addEpoch(request);
        spread.counters().forEach(counter -> counter.place().addKey(request));
        script.operation(request, operation, redisMillis + loop.deadlineMillis());
        request.arg(slotName());
        for (int line = 0; line < size(); line++) {
            long units = units(line);
            for (int i = spread.first(line); i < spread.end(line); i++) {
                Counter counter = spread.get(i);
                counter.place().describe(request, units, counter.bound(limit(line)));
                units = 0; // the first of a balance tells what all of it are to hold
            }
        }
        return request;
    }

    private void resolve(Instant now) {
        spread = Spread.of(loop.counters(), subject(), size(), this::limit, now);
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
            case HELD -> {
                if (!expired) {
                    held(reply);
                }
            }
            case MOVED, LATE -> again();
            case COLD, UNSURE -> fill();
            case FAULT -> {
                Faults.log(LedgerScript.fault(reply));
                giveUp();
            }
        }
    }

    /** The answer told the time, so the next question is right unless a window ends on its way, or Redis's clock jumps. */
    private void again() {
        if (expired || corrections == MOST_CORRECTIONS) {
            giveUp();
        } else {
            corrections++;
            loop.link().send(this);
        }
    }

    private void fill() {
        if (expired || filled) {
            giveUp();
        } else {
            filled = true;
            loop.fillFor(this, this::giveUp);
        }
    }

    /** Asks once more, when others had time to give back. */
    final void retry() {
        corrections = 0;
        loop.link().send(this);
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
