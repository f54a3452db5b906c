package dev.tiergate.limits;

import dev.tiergate.Eventually;
import dev.tiergate.plugin.Limit;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A gateway's part of the counting: a Vert.x of its own with one event loop and one ledger. */
final class LedgerNode implements AutoCloseable {

    /** Generous: a build machine may be busy. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** So that a busy machine's pauses are not taken for a Redis that is away. */
    static final LinkSettings PATIENT = LinkSettings.DEFAULT.withDeadline(Duration.ofSeconds(10));

    /** Nothing was ever copied; epochs come from the clock. */
    static final DurableCounters NOTHING_STORED = new DurableCounters() {
        @Override
        public Future<Stored> load(String store) {
            return Future.succeededFuture(new Stored(System.currentTimeMillis(), List.of()));
        }

        @Override
        public Duration deadline() {
            return PATIENCE;
        }

        @Override
        public Future<Void> save(List<CounterCopy> copies) {
            return Future.succeededFuture();
        }
    };

    private final String uri;
    private final Vertx vertx;
    private final Context context;
    final MeterRegistry meters;
    final RedisUsageLedger ledger;
    private final NodeCounters node;
    private final @Nullable Recalls recalls; // null for a sibling

    private LedgerNode(String uri, MeterRegistry meters, NodeCounters node, LinkSettings settings, boolean first) {
        this.uri = uri;
        this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        this.context = vertx.getOrCreateContext();
        this.meters = meters;
        this.node = node;
        this.recalls = first ? Recalls.open(vertx, context, () -> uri, node) : null;
        this.ledger = on(() -> Future.succeededFuture(RedisUsageLedger.open(vertx, () -> uri, node, settings)));
    }

    private static LedgerNode begin(String uri, DurableCounters durable, LinkSettings settings) {
        var meters = new SimpleMeterRegistry();
        return new LedgerNode(uri, meters, new NodeCounters(durable, meters), settings, true);
    }

    /** Another event loop of the same node. */
    LedgerNode sibling() {
        var loop = new LedgerNode(uri, meters, node, PATIENT, false);
        loop.awaitReady();
        return loop;
    }

    /** From now on it does not hear when another is short of units. */
    void deafen() {
        node.recallable(() -> false);
    }

    /** A node whose line to Redis is up. */
    static LedgerNode open(String uri, LinkSettings settings) {
        var node = begin(uri, settings);
        node.awaitReady();
        return node;
    }

    static LedgerNode open(String uri, DurableCounters durable) {
        return open(uri, durable, PATIENT);
    }

    static LedgerNode open(String uri, DurableCounters durable, LinkSettings settings) {
        var node = begin(uri, durable, settings);
        node.awaitReady();
        return node;
    }

    /** The same, but its line need not be up. */
    static LedgerNode begin(String uri, LinkSettings settings) {
        return begin(uri, NOTHING_STORED, settings);
    }

    static LedgerNode open(String uri) {
        return open(uri, PATIENT);
    }

    void awaitReady() {
        until(() -> ledger.notReady().isEmpty());
    }

    /** Waits until the node hears when another is short of units, before which it leases nothing. */
    void awaitRecallable() {
        until(node::recallable);
    }

    /** Does something while the node's event loop is held up. */
    void paused(Runnable meanwhile) {
        var held = new CompletableFuture<Boolean>();
        var done = new CompletableFuture<Boolean>();
        context.runOnContext(now -> {
            held.complete(true);
            done.join();
        });
        held.join();
        try {
            meanwhile.run();
        } finally {
            done.complete(true);
        }
    }

    /** Another node is short of the limit's units. */
    void recall(Subject subject, Limit limit) {
        var counter = new Counters(node).of(subject, limit, Instant.now());
        node.recall(counter.place().key());
    }

    /** Ends as a crash does: nothing is given back. */
    void vanish() {
        await(vertx.close());
    }

    static void until(BooleanSupplier condition) {
        Eventually.so("what the ledger comes to", condition);
    }

    <T> Future<T> start(Supplier<Future<T>> task) {
        return Future.<T>future(promise -> context.runOnContext(
                now -> Future.succeededFuture().compose(began -> task.get()).onComplete(promise)));
    }

    <T> T on(Supplier<Future<T>> task) {
        return await(start(task));
    }

    void run(Runnable task) {
        on(() -> {
            task.run();
            return Future.succeededFuture(true);
        });
    }

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** As requests are charged: from leases, or else in Redis. On the event loop. */
    Future<ChargeResult> ask(ChargeRequest request) {
        var held = ledger.chargeHeld(request);
        return held == null ? ledger.charge(request) : Future.succeededFuture(held);
    }

    ChargeResult charge(ChargeRequest request) {
        return on(() -> ask(request));
    }

    ChargeResult.Charged charged(ChargeRequest request) {
        return charge(request)
                .fold(
                        charged -> charged,
                        over -> {
                            throw new AssertionError(over);
                        },
                        unavailable -> {
                            throw new AssertionError(unavailable);
                        });
    }

    boolean admits(ChargeRequest request) {
        return charge(request).fold(charged -> true, over -> false, unavailable -> {
            throw new AssertionError(unavailable);
        });
    }

    long current(Subject subject, Limit limit) {
        return on(() -> ledger.read(subject, List.of(limit))).get(0).current();
    }

    /** A moment's rest for a client. */
    Future<Void> pause() {
        return vertx.timer(1, TimeUnit.MILLISECONDS).mapEmpty();
    }

    /** Waits until all that was sent before was carried out. */
    void settle(Subject subject) {
        current(subject, Limits.limit("settle", Limit.Window.TOTAL, 0));
    }

    @Override
    public void close() {
        on(ledger::close);
        if (recalls != null) {
            await(recalls.close());
        }
        await(vertx.close());
    }
}
