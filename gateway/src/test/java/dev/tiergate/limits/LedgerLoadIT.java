package dev.tiergate.limits;

import static dev.tiergate.limits.Limits.limit;
import static dev.tiergate.limits.Limits.one;
import static dev.tiergate.limits.Limits.subject;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Redis;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Limit.Window;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;

/** Two nodes with links of their own, one Redis, 200 clients at once. */
class LedgerLoadIT {

    private static final int CLIENTS = 200;
    private static final int REQUESTS_A_CLIENT = 5;

    private static final List<LedgerNode> NODES = new ArrayList<>();

    @BeforeAll
    static void open() {
        NODES.add(LedgerNode.open(Redis.shared().uri()));
        NODES.add(LedgerNode.open(Redis.shared().uri()));
        NODES.forEach(LedgerNode::awaitRecallable);
    }

    @AfterAll
    static void close() {
        NODES.forEach(LedgerNode::close);
        NODES.clear();
    }

    @RepeatedTest(10)
    void exactly_the_limit_is_admitted() {
        var subject = subject();
        var limit = limit("hundred", Window.DAY, 100);
        var admitted = new AtomicInteger();

        together(node -> ask(node, one(subject, limit), REQUESTS_A_CLIENT, admitted, false));

        assertThat(admitted).hasValue(100);
        LedgerNode.until(() -> NODES.get(0).current(subject, limit) == 100);
    }

    @RepeatedTest(5)
    void after_refunds_the_counter_is_what_was_kept_and_never_more_than_the_limit_was_in_use() {
        var subject = subject();
        var small = limit("small", Window.DAY, 50);
        var wide = limit("wide", Window.MONTH, Limit.UNLIMITED);
        var kept = new AtomicInteger();

        together(node -> ask(node, one(subject, wide, small), REQUESTS_A_CLIENT, kept, true));

        assertThat(kept.get()).isLessThanOrEqualTo(50);
        LedgerNode.until(() -> NODES.get(0).current(subject, small) == kept.get()
                && NODES.get(1).current(subject, wide) == kept.get());
    }

    @RepeatedTest(5)
    void slots_in_use_never_exceed_the_limit_and_all_end() {
        var subject = subject();
        var parallel = limit("parallel", Window.CONCURRENT, 10);
        var inUse = new AtomicInteger();
        var most = new AtomicInteger();

        together(node -> hold(node, one(subject, parallel), REQUESTS_A_CLIENT, inUse, most));

        assertThat(most.get()).isBetween(1, 10);
        NODES.forEach(node -> node.settle(subject));
        assertThat(NODES.get(0).current(subject, parallel)).isZero();
    }

    private interface Client {
        Future<?> run(LedgerNode node);
    }

    private static void together(Client client) {
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            LedgerNode node = NODES.get(i % NODES.size());
            all.add(node.start(() -> client.run(node).mapEmpty()));
        }
        LedgerNode.await(Future.all(all));
    }

    /** One request after the other; with refunds every second admitted one is given back. */
    private static Future<?> ask(
            LedgerNode node, ChargeRequest request, int left, AtomicInteger kept, boolean refunds) {
        if (left == 0) {
            return Future.succeededFuture();
        }
        return node.ask(request)
                .onSuccess(result -> {
                    if (result instanceof ChargeResult.Charged charged) {
                        if (refunds && left % 2 == 0) {
                            charged.receipt().refund(line -> true);
                        } else {
                            kept.incrementAndGet();
                        }
                    }
                    assertThat(result).isNotInstanceOf(ChargeResult.Unavailable.class);
                })
                .compose(result -> ask(node, request, left - 1, kept, refunds));
    }

    private static Future<?> hold(
            LedgerNode node, ChargeRequest request, int left, AtomicInteger inUse, AtomicInteger most) {
        if (left == 0) {
            return Future.succeededFuture();
        }
        return node.ledger
                .charge(request)
                .compose(result -> {
                    if (!(result instanceof ChargeResult.Charged charged)) {
                        return Future.succeededFuture();
                    }
                    most.accumulateAndGet(inUse.incrementAndGet(), Math::max);
                    // held for as long as another question takes
                    Limit limit = request.lines().get(0).limit();
                    return node.ledger
                            .read(request.subject(), List.of(limit))
                            .andThen(read -> {
                                inUse.decrementAndGet();
                                charged.receipt().release();
                            })
                            .mapEmpty();
                })
                .compose(done -> hold(node, request, left - 1, inUse, most));
    }
}
