package dev.tiergate.limits;

import dev.tiergate.plugin.Limit;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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

    /** At the end: so long what is owed or held may take to reach Redis, */
    private static final long HAND_BACK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** and so often it is looked whether it has. */
    private static final int HAND_BACK_LOOK_MILLIS = 10;

    private static final Future<ChargeResult> UNAVAILABLE = Future.succeededFuture(new ChargeResult.Unavailable());

    private final Vertx vertx;
    private final RedisLink link;
    private final NodeCounters node;
    private final LedgerLoop loop;
    private final Refunds refunds;
    private final SlotKeeper slots;
    private final Receipts receipts;
    private final LeaseKeeper leases;
    private final Living living;
    private final long timer;

    private RedisUsageLedger(Vertx vertx, Supplier<String> uri, NodeCounters node, LinkSettings settings) {
        this.vertx = vertx;
        this.link = RedisLink.open(vertx, uri, settings, node.breakers());
        this.node = node;
        this.loop = LedgerLoop.of(link, node, settings.deadline().toMillis());
        this.refunds = new Refunds(loop);
        this.slots = new SlotKeeper(link, settings.nanos(), node);
        this.receipts = new Receipts(refunds, slots);
        this.leases = new LeaseKeeper(vertx.getOrCreateContext(), loop, node, refunds);
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
        if (link.spared(request.subject().store().externalId())) {
            return UNAVAILABLE;
        }
        var command = new ChargeCommand(vertx, loop, receipts, leases, living, request);
        settle(Spread.of(request, loop.counters(), link.clock().now()));
        link.send(command);
        return command.result();
    }

    @Override
    public ChargeResult.@Nullable Charged chargeHeld(ChargeRequest request) {
        Instant now = link.clock().now();
        return chargeLeases(request.lines(), Spread.of(request, loop.counters(), now), now);
    }

    /** What was let pass while Redis was away is charged first; both go in one batch. */
    private void settle(Spread spread) {
        for (Counter counter : spread.counters()) {
            Debt debt = counter.window() == Limit.Window.CONCURRENT
                    ? null
                    : counter.known().local().beginSettling(node::nextNumber);
            if (debt != null) {
                link.send(new DebtCommand(node, counter.known(), loop, debt));
            }
        }
    }

    /** Null where one line cannot be taken from a lease; then none is. */
    private ChargeResult.@Nullable Charged chargeLeases(List<ChargeRequest.Line> lines, Spread spread, Instant now) {
        if (spread.balances()) {
            return null;
        }
        for (int i = 0; i < lines.size(); i++) {
            if (!spread.get(i)
                    .known()
                    .takeLeased(lines.get(i).limit(), lines.get(i).units())) {
                if (i > 0) {
                    receipts.of(lines.subList(0, i), spread, null, "", false).undo();
                }
                return null;
            }
        }
        return new ChargeResult.Charged(known(lines, spread, now), receipts.of(lines, spread, null, "", false));
    }

    private static List<Usage> known(List<ChargeRequest.Line> lines, Spread spread, Instant now) {
        if (lines.size() == 1) {
            return List.of(spread.known(0, lines.get(0).limit(), now));
        }
        List<Usage> numbers = new ArrayList<>(lines.size());
        for (int i = 0; i < lines.size(); i++) {
            numbers.add(spread.known(i, lines.get(i).limit(), now));
        }
        return numbers;
    }

    @Override
    public ChargeResult chargeLocally(ChargeRequest request) {
        List<ChargeRequest.Line> lines = request.lines();
        Instant now = link.clock().now();
        Spread spread = Spread.of(request, loop.counters(), now);
        long[] taken = new long[spread.counters().size()];
        for (int i = 0; i < lines.size(); i++) {
            if (!takeLocally(lines.get(i), i, spread, taken)) {
                untake(spread, taken);
                return new ChargeResult.Unavailable();
            }
        }
        for (int c = 0; c < taken.length; c++) {
            if (taken[c] > 0 && spread.get(c).window() != Limit.Window.CONCURRENT) {
                node.owe(spread.get(c).known());
            }
        }
        LedgerReceipt receipt = receipts.of(lines, spread, taken, receipts.nameSlots(lines), true)
                .hold(link.clock().mark());
        return new ChargeResult.Charged(known(lines, spread, now), receipt);
    }

    /** A refusal is free: what Redis is told of already has to come back from there. */
    private void untake(Spread spread, long[] taken) {
        List<GiveBack.Part> parts = new ArrayList<>();
        for (int c = 0; c < taken.length; c++) {
            Counter counter = spread.get(c);
            long told = counter.known().local().untake(taken[c]);
            if (told > 0) {
                node.owe(counter.known());
                parts.add(new GiveBack.Part(counter, told));
            }
        }
        refunds.send("", parts);
    }

    private boolean takeLocally(ChargeRequest.Line line, int index, Spread spread, long[] taken) {
        int nodes = node.living().all().size();
        long left = line.units();
        for (int c = spread.first(index); c < spread.end(index) && left > 0; c++) {
            Counter counter = spread.get(c);
            if (!counter.over(link.clock().millis())) {
                taken[c] = counter.known().takeLocally(counter.bound(line.limit()), left, nodes);
                left -= taken[c];
            }
        }
        return left == 0;
    }

    @Override
    public void decidedLocally(boolean allowed) {
        node.localDecisions().decided(allowed);
    }

    @Override
    public void giveBack(ChargeRequest request) {
        Spread spread = Spread.of(request, loop.counters(), link.clock().now());
        List<GiveBack.Part> parts = new ArrayList<>(request.lines().size());
        for (int i = 0; i < request.lines().size(); i++) {
            ChargeRequest.Line line = request.lines().get(i);
            if (!line.slots() && line.limit().window() != Limit.Window.CREDITS) {
                parts.add(new GiveBack.Part(spread.only(i), line.units()));
            }
        }
        refunds.lessen(parts);
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
        if (link.spared(subject.store().externalId())) {
            return Future.failedFuture(new LedgerUnavailableException());
        }
        var command = new ReadCommand(loop, subject, countable);
        link.send(command);
        return command.result();
    }

    @Override
    public Future<Usage> put(Subject subject, Limit limit, long current) {
        if (link.spared(subject.store().externalId())) {
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
        return link.notReady();
    }

    /** Tells debts, gives leases back, sends refunds that wait, and closes the connection. */
    public Future<Void> close() {
        vertx.cancelTimer(timer);
        leases.leave();
        return handBack(System.nanoTime() + HAND_BACK_NANOS).compose(done -> {
            refunds.end();
            return link.close().eventually(loop.copies()::end);
        });
    }

    /** As much at once as the line takes, until nothing is left or time is up. */
    private Future<Void> handBack(long until) {
        node.settle(this::tell);
        leases.tick();
        boolean done = leases.isEmpty() && !node.owes();
        return done || System.nanoTime() - until >= 0
                ? Future.succeededFuture()
                : vertx.timer(HAND_BACK_LOOK_MILLIS, TimeUnit.MILLISECONDS).compose(waited -> handBack(until));
    }

    /** Debts before refunds, which would otherwise take back what Redis has not heard of. */
    private void tick() {
        slots.endLost();
        loop.copies().tick();
        if (link.away()) {
            return;
        }
        living.tick();
        slots.tick();
        node.settle(this::pay);
        refunds.retry();
        leases.tick();
    }

    private boolean pay(NodeCounter counter, Debt debt) {
        String tag = counter.place().store();
        if (link.spared(tag) || !link.reaches(tag)) {
            counter.local().notSettled(debt, false);
            return false;
        }
        return tell(counter, debt);
    }

    private boolean tell(NodeCounter counter, Debt debt) {
        link.send(new DebtCommand(node, counter, loop, debt));
        return true;
    }
}
