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
import java.util.function.Supplier;

/**
 * Counters in Redis. A charge is one call of the script, which refuses to act after the deadline by Redis's own clock;
 * what it took in time while its answer came late is given back. A connection that breaks between the two leaves the
 * units charged: counted high, never low.
 */
public final class RedisUsageLedger implements UsageLedger {

    /** How often debts and refunds that an outage left are sent. */
    private static final long TICK_MILLIS = 500;

    /** Slots live 15 s and are renewed each 5 s, so two renewals may be lost. */
    private static final int TICKS_A_RENEWAL = 10;

    private final Vertx vertx;
    private final RedisLink link;
    private final LocalBudgets budgets;
    private final Counters counters;
    private final Refunds refunds;
    private final SlotKeeper slots;
    private final long deadlineMillis;
    private final long timer;
    private int ticks;

    private RedisUsageLedger(Vertx vertx, Supplier<String> uri, LocalBudgets budgets, LinkSettings settings) {
        this.vertx = vertx;
        this.link = RedisLink.open(vertx, uri, settings);
        this.budgets = budgets;
        this.counters = new Counters(budgets);
        this.refunds = new Refunds(link);
        this.slots = new SlotKeeper(link);
        this.deadlineMillis = settings.deadline().toMillis();
        this.timer = vertx.setPeriodic(TICK_MILLIS, tick -> tick());
    }

    /**
     * Opens on the present event loop, and connects behind the caller's back.
     *
     * @param uri asked at each connection: {@code redis://[user:password@]host:port[/database]}, {@code rediss} for TLS
     * @param budgets the node's, shared by its event loops
     */
    public static RedisUsageLedger open(
            Vertx vertx, Supplier<String> uri, LocalBudgets budgets, LinkSettings settings) {
        return new RedisUsageLedger(vertx, uri, budgets, settings);
    }

    @Override
    public Future<ChargeResult> charge(ChargeRequest request) {
        var command = new ChargeCommand(request);
        link.send(command);
        return command.result.future();
    }

    @Override
    public ChargeResult chargeLocally(ChargeRequest request) {
        List<ChargeRequest.Line> lines = request.lines();
        List<Counter> places = now(request);
        for (int i = 0; i < lines.size(); i++) {
            if (!places.get(i).budget().take(lines.get(i).limit(), lines.get(i).units())) {
                untake(lines.subList(0, i), places);
                return new ChargeResult.Unavailable();
            }
        }
        List<Usage> numbers = new ArrayList<>(lines.size());
        Instant now = Instant.ofEpochMilli(link.clock().millis());
        for (int i = 0; i < lines.size(); i++) {
            Counter counter = places.get(i);
            if (!lines.get(i).slots()) {
                budgets.owe(counter.budget());
            }
            numbers.add(new Usage(lines.get(i).limit(), counter.budget().current(), counter.span(), now));
        }
        return new ChargeResult.Charged(List.copyOf(numbers), receipt(lines, places, nameSlots(lines), true));
    }

    private static void untake(List<ChargeRequest.Line> lines, List<Counter> places) {
        for (int i = 0; i < lines.size(); i++) {
            places.get(i).budget().untake(lines.get(i).units());
        }
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
        var command = new ReadCommand(link, counters, deadlineMillis, subject, countable);
        link.send(command);
        return command.result();
    }

    @Override
    public Future<Usage> put(Subject subject, Limit limit, long current) {
        var command = new PutCommand(link, counters, deadlineMillis, subject, limit, current);
        link.send(command);
        return command.result();
    }

    /** The keys of requests that are sent again, over the same line. */
    public IdempotencyKeys idempotencyKeys() {
        return new RedisIdempotencyKeys(link, deadlineMillis);
    }

    @Override
    public Optional<String> notReady() {
        return link.notReady();
    }

    /** Sends what waits and closes the connection. */
    public Future<Void> close() {
        vertx.cancelTimer(timer);
        refunds.retry();
        return link.close();
    }

    private void tick() {
        if (link.notReady().isPresent()) {
            return;
        }
        refunds.retry();
        budgets.settle(debt -> link.send(new DebtCommand(debt)));
        if (++ticks % TICKS_A_RENEWAL == 0) {
            slots.renew();
        }
    }

    private List<Counter> now(ChargeRequest request) {
        Instant now = Instant.ofEpochMilli(link.clock().millis());
        List<Counter> places = new ArrayList<>(request.lines().size());
        for (ChargeRequest.Line line : request.lines()) {
            places.add(counters.of(request.subject(), line.limit(), now));
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

        ChargeCommand(ChargeRequest request) {
            super(LedgerScript.Operation.CHARGE, link, counters, deadlineMillis);
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
            }
        }

        @Override
        void over(Response reply) {
            List<Usage> numbers = numbers(reply);
            result.complete(new ChargeResult.Over(Waits.longest(request.lines(), numbers), numbers));
        }

        @Override
        void unavailable() {
            result.complete(new ChargeResult.Unavailable());
        }
    }
}
