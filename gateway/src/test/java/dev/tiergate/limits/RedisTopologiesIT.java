package dev.tiergate.limits;

import static dev.tiergate.limits.Limits.limit;
import static dev.tiergate.limits.Limits.one;
import static dev.tiergate.limits.Limits.subject;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.RedisForm;
import dev.tiergate.plugin.Limit.Window;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the ledger promises, in each form that Redis comes in: two nodes, a hundred clients, several stores. */
class RedisTopologiesIT {

    private static final int STORES = 12;
    private static final int CLIENTS = 96;
    private static final int REQUESTS_A_CLIENT = 5;

    private static final List<LedgerNode> NODES = new ArrayList<>();

    @BeforeAll
    static void open() {
        for (var form : RedisForm.values()) {
            NODES.add(LedgerNode.open(form.uri()));
            NODES.add(LedgerNode.open(form.uri()));
        }
        NODES.forEach(LedgerNode::awaitRecallable);
    }

    @AfterAll
    static void close() {
        NODES.forEach(LedgerNode::close);
        NODES.clear();
    }

    @ParameterizedTest
    @EnumSource
    void exactly_the_limit_of_each_store_is_admitted(RedisForm form) {
        var limit = limit("thirty", Window.DAY, 30);
        List<Subject> subjects = new ArrayList<>();
        List<AtomicInteger> admitted = new ArrayList<>();
        List<Future<?>> clients = new ArrayList<>();
        for (int i = 0; i < STORES; i++) {
            subjects.add(subject());
            admitted.add(new AtomicInteger());
        }
        for (int i = 0; i < CLIENTS; i++) {
            LedgerNode node = nodes(form).get(i % 2);
            ChargeRequest request = one(subjects.get(i % STORES), limit);
            AtomicInteger count = admitted.get(i % STORES);
            clients.add(node.start(() -> ask(node, request, REQUESTS_A_CLIENT, count)));
        }
        LedgerNode.await(Future.all(clients));

        assertThat(admitted).extracting(AtomicInteger::get).containsOnly(30);
        LedgerNode.until(() ->
                subjects.stream().allMatch(subject -> nodes(form).get(0).current(subject, limit) == 30));
    }

    @ParameterizedTest
    @EnumSource
    void what_one_node_refunds_another_may_use(RedisForm form) {
        var subject = subject();
        var one = limit("one", Window.MONTH, 1);
        var parallel = limit("parallel", Window.CONCURRENT, 1);
        var first = nodes(form).get(0);
        var second = nodes(form).get(1);

        var charged = first.charged(one(subject, one, parallel));
        assertThat(second.admits(one(subject, one, parallel))).isFalse();
        first.run(() -> {
            charged.receipt().refund(line -> true);
            charged.receipt().release();
        });
        first.settle(subject);
        assertThat(second.admits(one(subject, one, parallel))).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void a_level_that_is_put_counts_from_there(RedisForm form) {
        var subject = subject();
        var products = limit("products", Window.TOTAL, 10);
        var node = nodes(form).get(0);

        node.charged(one(subject, products));
        assertThat(node.on(() -> node.ledger.put(subject, products, 9)).current())
                .isEqualTo(1);
        assertThat(nodes(form).get(1).admits(one(subject, products))).isTrue();
        assertThat(nodes(form).get(1).admits(one(subject, products))).isFalse();
    }

    /** Two nodes of one Redis. */
    private static List<LedgerNode> nodes(RedisForm form) {
        return NODES.subList(2 * form.ordinal(), 2 * form.ordinal() + 2);
    }

    private static Future<Void> ask(LedgerNode node, ChargeRequest request, int left, AtomicInteger admitted) {
        if (left == 0) {
            return Future.succeededFuture();
        }
        return node.ask(request)
                .onSuccess(result -> {
                    assertThat(result).isNotInstanceOf(ChargeResult.Unavailable.class);
                    if (result instanceof ChargeResult.Charged) {
                        admitted.incrementAndGet();
                    }
                })
                .compose(result -> ask(node, request, left - 1, admitted));
    }
}
