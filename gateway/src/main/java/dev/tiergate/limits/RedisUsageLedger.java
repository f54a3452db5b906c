package dev.tiergate.limits;

import dev.tiergate.plugin.Limit;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Response;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Counters in Redis. A charge is one call of the script, which refuses to act after the deadline by Redis's own clock;
 * what it took in time while its answer came late is given back. A connection that breaks between the two leaves the
 * units charged: counted high, never low.
 */
public final class RedisUsageLedger implements UsageLedger {

    /** How often leases are looked at, and debts and refunds that an outage left are sent. */
    private static final long TICK_MILLIS = 250;

    private static final Future<ChargeResult> UNAVAILABLE = Future.succeededFuture(new ChargeResult.Unavailable());

    private final Vertx vertx;
    private final RedisLink link;
    private final NodeCounters node;
    private final LedgerLoop loop;
    private final Refunds refunds;
    private final SlotKeeper slots;
    private final LeaseKeeper leases;
    private final Living living;
    private final long timer;

    private RedisUsageLedger(Vertx vertx, Supplier<String> uri, NodeCounters node, LinkSettings settings) {
        this.vertx = vertx;
        this.link = RedisLink.open(vertx, uri, settings);
        this.node = node;
        this.loop = LedgerLoop.of(link, node, settings.deadline().toMillis());
        this.refunds = new Refunds(loop);
        this.slots = new SlotKeeper(loop, settings.nanos(), node);
        this.leases = new LeaseKeeper(vertx.getOrCreateContext(), loop, node);
        this.living = new Living(link, node);
        this.timer = vertx.setPeriodic(TICK_MILLIS, tick -> tick());
    }

    /**
     * Opens on the present event loop, and connects behind the caller's back.
     *
     * @param uri asked at each connection; of the forms that {@link dev.tiergate.redis.RedisUri} has
     * @param node what its event loops share
     */
    public static RedisUsageLedger open(Vertx vertx, Supplier<String> uri, NodeCounters node, LinkSettings settings) {
        return new RedisUsageLedger(vertx, uri, node, settings);
    }

    /** Who is told when what other nodes spent brings a limit near its end. */
    public void watch(LimitWatch watch) {
        leases.watch(watch);
    }

    @Override
    public Future<ChargeResult> charge(ChargeRequest request) {
        var leased = chargeLeases(request);
        if (leased != null) {
            return Future.succeededFuture(leased);
        }
        if (loop.breaker().open()) {
            return UNAVAILABLE;
        }
        var command = new ChargeCommand(request);
        settle(request);
        link.send(command);
        return command.result.future();
    }

    /** What was let pass while Redis was away is charged first; both go in one batch. */
    private void settle(ChargeRequest request) {
        List<Counter> places = now(request);
        for (int i = 0; i < places.size(); i++) {
            NodeCounter counter = places.get(i).known();
            if (!request.lines().get(i).slots() && counter.beginSettling()) {
                link.send(new DebtCommand(counter, loop));
            }
        }
    }

    /** Null where one line cannot be taken from a lease; then none is. */
    private ChargeResult.@Nullable Charged chargeLeases(ChargeRequest request) {
        List<ChargeRequest.Line> lines = request.lines();
        List<Counter> places = now(request);
        for (int i = 0; i < lines.size(); i++) {
            if (!places.get(i)
                    .known()
                    .takeLeased(lines.get(i).limit(), lines.get(i).units())) {
                if (i > 0) {
                    receipt(lines.subList(0, i), places, "", false).undo();
                }
                return null;
            }
        }
        return charged(lines, places, "", false);
    }

    private ChargeResult.Charged charged(
            List<ChargeRequest.Line> lines, List<Counter> places, String slotName, boolean local) {
        List<Usage> numbers = new ArrayList<>(lines.size());
        Instant now = Instant.ofEpochMilli(link.clock().millis());
        for (int i = 0; i < lines.size(); i++) {
            Counter counter = places.get(i);
            long current = counter.known().current();
            long seen = counter.known().show(current);
            numbers.add(new Usage(lines.get(i).limit(), current, counter.span(), now, seen));
        }
        return new ChargeResult.Charged(numbers, receipt(lines, places, slotName, local));
    }

    @Override
    public ChargeResult chargeLocally(ChargeRequest request) {
        List<ChargeRequest.Line> lines = request.lines();
        List<Counter> places = now(request);
        int nodes = node.living().size();
        for (int i = 0; i < lines.size(); i++) {
            if (!places.get(i).known().take(lines.get(i).limit(), lines.get(i).units(), nodes)) {
                untake(lines.subList(0, i), places);
                return new ChargeResult.Unavailable();
            }
        }
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).slots()) {
                node.owe(places.get(i).known());
            }
        }
        return charged(lines, places, nameSlots(lines), true);
    }

    private static void untake(List<ChargeRequest.Line> lines, List<Counter> places) {
        for (int i = 0; i < lines.size(); i++) {
            places.get(i).known().untake(lines.get(i).units());
        }
    }

    @Override
    public void decidedLocally(boolean allowed) {
        node.without().decided(allowed);
    }

    @Override
    public void giveBack(ChargeRequest request) {
        List<Counter> places = now(request);
        List<GiveBack.Part> parts = new ArrayList<>(places.size());
        for (int i = 0; i < places.size(); i++) {
            if (!request.lines().get(i).slots()) {
                parts.add(
                        new GiveBack.Part(places.get(i), request.lines().get(i).units()));
            }
        }
        refunds.send("", parts);
    }

    @Override
    public Future<List<Usage>> read(Subject subject, List<Limit> limits) {
        List<Limit> countable = subject.user() != null
                ? limits
                : limits.stream()
                        .filter(limit -> limit.scope() == Limit.Scope.STORE)
                        .toList();
        if (countable.isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        if (loop.breaker().open()) {
            return Future.failedFuture(new LedgerUnavailableException());
        }
        var command = new ReadCommand(loop, subject, countable);
        link.send(command);
        return command.result();
    }

    @Override
    public Future<Usage> put(Subject subject, Limit limit, long current) {
        if (loop.breaker().open()) {
            return Future.failedFuture(new LedgerUnavailableException());
        }
        var command = new PutCommand(loop, subject, limit, current);
        link.send(command);
        return command.result();
    }

    /** The keys of requests that are sent again, over the same line. */
    public IdempotencyKeys idempotencyKeys() {
        return new RedisIdempotencyKeys(loop);
    }

    @Override
    public Optional<String> notReady() {
        return link.notReady().or(loop.breaker()::reason);
    }

    /** Sends what waits, gives leases back and closes the connection. */
    public Future<Void> close() {
        vertx.cancelTimer(timer);
        leases.end();
        refunds.retry();
        return link.close().eventually(loop.copies()::end);
    }

    private void tick() {
        slots.endLost();
        if (link.away()) {
            return;
        }
        living.tick();
        slots.tick();
        if (loop.breaker().open()) {
            return;
        }
        refunds.retry();
        node.settle(debt -> link.send(new DebtCommand(debt, loop)));
        leases.tick();
        loop.copies().tick();
    }

    private List<Counter> now(ChargeRequest request) {
        Instant now = Instant.ofEpochMilli(link.clock().millis());
        List<Counter> places = new ArrayList<>(request.lines().size());
        for (ChargeRequest.Line line : request.lines()) {
            places.add(loop.counters().of(request.subject(), line.limit(), now));
        }
        return places;
    }

    private String nameSlots(List<ChargeRequest.Line> lines) {
        for (ChargeRequest.Line line : lines) {
            if (line.slots()) {
                return slots.next();
            }
        }
        return "";
    }

    private LedgerReceipt receipt(
            List<ChargeRequest.Line> lines, List<Counter> places, String slotName, boolean local) {
        return new LedgerReceipt(refunds, slots, lines, places, slotName, local).hold();
    }

    private final class ChargeCommand extends CountCommand {

        private final ChargeRequest request;
        private final String slotName;
        private final Promise<ChargeResult> result = Promise.promise();
        private final RecallWait wait = new RecallWait();

        ChargeCommand(ChargeRequest request) {
            super(LedgerScript.Operation.CHARGE, RedisUsageLedger.this.loop);
            this.request = request;
            this.slotName = nameSlots(request.lines());
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
            LedgerReceipt receipt = receipt(request.lines(), counters(), slotName, false);
            if (late) {
                receipt.undo();
            } else {
                result.complete(new ChargeResult.Charged(numbers, receipt));
                lease();
            }
        }

        private void lease() {
            for (int i = 0; i < size(); i++) {
                if (limit(i).window().calendar()) {
                    leases.charged(request.subject(), counters().get(i), limit(i), units(i));
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
                long held = LedgerScript.told(reply, i).held();
                if (held > 0) {
                    NodeCounter counter = counters().get(i).known();
                    counter.silent(held);
                    living.suspect(counter);
                    numbers.set(i, numbers.get(i).more(held));
                }
            }
            refuse(numbers);
        }

        /** True when all that is held is held by nodes that did not answer before. */
        private boolean silent(Response reply) {
            for (int i = 0; i < size(); i++) {
                if (LedgerScript.told(reply, i).held()
                        > counters().get(i).known().silent()) {
                    return false;
                }
            }
            return true;
        }

        private void refuse(List<Usage> numbers) {
            result.complete(new ChargeResult.Over(RetryAfter.longest(request.lines(), numbers), numbers));
        }

        @Override
        void unavailable() {
            result.complete(new ChargeResult.Unavailable());
        }
    }
}
