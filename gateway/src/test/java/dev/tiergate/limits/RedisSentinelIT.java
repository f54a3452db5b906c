package dev.tiergate.limits;

import static dev.tiergate.limits.Limits.limit;
import static dev.tiergate.limits.Limits.line;
import static dev.tiergate.limits.Limits.one;
import static dev.tiergate.limits.Limits.subject;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.RedisSentinels;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Limit.Window;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A master that others vote out while it is used. */
class RedisSentinelIT {

    private static final Duration DEADLINE = Duration.ofMillis(300);

    /** More than a deadline, as the machine may be busy. */
    private static final Duration SLOWEST = Duration.ofSeconds(2);

    private static final int CLIENTS = 16;

    private final AtomicInteger admitted = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger unavailable = new AtomicInteger();
    private final AtomicLong slowestNanos = new AtomicLong();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final List<Future<?>> clients = new ArrayList<>();
    private RedisSentinels sentinels;

    @BeforeEach
    void start() {
        sentinels = RedisSentinels.start();
    }

    @AfterEach
    void stop() {
        sentinels.close();
    }

    @Test
    void a_master_that_dies_is_followed_by_its_replica_and_counters_go_on() {
        underLoad((subject, limit) -> {
            sentinels.first().stop();
            LedgerNode.until(() -> unavailable.get() > 0);
            try (var second = new RedisProbe(sentinels.second().uri())) {
                // what it had not heard of is lost
                long heard = second.charged(subject, limit);
                int before = admitted.get();
                LedgerNode.until(() -> admitted.get() > before + 100 && second.charged(subject, limit) > heard);
                end();

                // what was charged and not answered stays charged
                LedgerNode.until(() -> second.charged(subject, limit) <= admitted.get() + CLIENTS);
            }
        });
    }

    @Test
    void a_master_that_hangs_is_left_for_the_one_that_the_sentinels_name() {
        underLoad((subject, limit) -> {
            sentinels.first().pause();
            LedgerNode.until(sentinels::promoted);
            awaitChargesOfTheSecond(subject, limit);
            sentinels.first().resume();
            awaitChargesOfTheSecond(subject, limit);
            end();
        });
    }

    @Test
    void a_master_that_hands_over_while_it_lives_is_left() {
        underLoad((subject, limit) -> {
            sentinels.handOver();
            LedgerNode.until(sentinels::promoted);
            awaitChargesOfTheSecond(subject, limit);
            end();
        });
    }

    /** Whether or not the replica, or the copy, has heard of all. */
    @Test
    void a_limit_that_is_nearly_spent_when_the_master_dies_is_kept() throws Exception {
        var subject = subject();
        int most = 400;
        withCopies((copies, node) -> {
            node.deafen();
            load(node, one(subject, limit("daily", Window.DAY, most)));
            LedgerNode.until(() -> admitted.get() > most - 2 * CLIENTS);
            sentinels.first().stop();
            LedgerNode.until(() -> refused.get() > CLIENTS);
            end();
        });

        // what was charged and not answered stays charged
        assertThat(admitted.get()).isBetween(most - CLIENTS, most);
    }

    @Test
    void a_server_that_is_a_replica_for_a_while_charges_nothing_meanwhile() {
        var subject = subject();
        var limit = limit("daily", Window.DAY, 100);
        var first = sentinels.first();
        try (var node = LedgerNode.open(first.uri(), LinkSettings.DEFAULT.withDeadline(DEADLINE))) {
            node.charged(one(subject, limit));
            assertThat(first.reply("REPLICAOF 127.0.0.1 1")).startsWith("+OK");
            assertThat(node.charge(one(subject, limit))).isInstanceOf(ChargeResult.Unavailable.class);
            assertThat(first.reply("REPLICAOF NO ONE")).startsWith("+OK");
            LedgerNode.until(() -> node.charge(one(subject, limit)) instanceof ChargeResult.Charged);
            assertThat(node.current(subject, limit)).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3})
    void a_replica_that_was_emptied_goes_on_where_the_copy_in_postgres_is(int heard) throws Exception {
        withCopies((copies, node) -> {
            var subject = subject();
            var weekly = limit("weekly", Window.WEEK, 8);
            var total = limit("products", Window.TOTAL, 20);
            try (var second = new RedisProbe(sentinels.second().uri())) {
                node.charged(new ChargeRequest(subject, List.of(line(weekly, 5), line(total, 9))));
                LedgerNode.until(() -> second.charged(subject, weekly) == 5);
                LedgerNode.until(() -> Set.copyOf(copies.values(subject)).equals(Set.of(5L, 9L)));
                sentinels.emptyReplica();
                assertThat(second.charged(subject, weekly)).isZero();
                for (int i = 0; i < heard; i++) {
                    node.charged(one(subject, weekly));
                }
                LedgerNode.until(() -> second.charged(subject, weekly) == heard);
                LedgerNode.until(() -> Set.copyOf(copies.values(subject)).equals(Set.of(5L + heard, 9L)));

                failOver(node);

                assertThat(node.admits(new ChargeRequest(subject, List.of(line(weekly, 4 - heard)))))
                        .isFalse();
                for (int i = heard; i < 3; i++) {
                    assertThat(node.admits(one(subject, weekly))).isTrue();
                }
                assertThat(node.admits(one(subject, weekly))).isFalse();
                assertThat(node.current(subject, total)).isEqualTo(9);
            }
        });
    }

    @Test
    void a_replica_that_lags_goes_on_where_the_copy_in_postgres_is() throws Exception {
        withCopies((copies, node) -> {
            var subject = subject();
            var weekly = limit("weekly", Window.WEEK, 8);
            try (var second = new RedisProbe(sentinels.second().uri())) {
                node.charged(one(subject, weekly));
                LedgerNode.until(() -> second.charged(subject, weekly) == 1);
                var then = second.dump(subject);
                node.charged(new ChargeRequest(subject, List.of(line(weekly, 4))));
                LedgerNode.until(() -> second.charged(subject, weekly) == 5);
                LedgerNode.until(() -> Set.copyOf(copies.values(subject)).equals(Set.of(5L)));
                sentinels.openReplica();
                second.restore(then);
                assertThat(second.charged(subject, weekly)).isOne();

                failOver(node);

                assertThat(node.admits(new ChargeRequest(subject, List.of(line(weekly, 4)))))
                        .isFalse();
                assertThat(node.current(subject, weekly)).isEqualTo(5);
            }
        });
    }

    private void failOver(LedgerNode node) {
        sentinels.first().stop();
        LedgerNode.until(() -> node.ledger.notReady().isPresent());
        LedgerNode.until(sentinels::promoted);
        node.awaitReady();
    }

    /** A node whose counters have copies. */
    private void withCopies(BiConsumer<CopiesInPostgres, LedgerNode> what) throws Exception {
        try (var copies = new CopiesInPostgres();
                var node = LedgerNode.open(sentinels.uri(), copies.durable, LedgerNode.PATIENT)) {
            what.accept(copies, node);
        }
    }

    /** What happens while clients charge a limit that none of them reaches, until {@link #end}; nobody waits long. */
    private void underLoad(BiConsumer<Subject, Limit> what) {
        var subject = subject();
        var limit = limit("daily", Window.DAY, 1_000_000);
        try (var node = LedgerNode.open(sentinels.uri(), LinkSettings.DEFAULT.withDeadline(DEADLINE))) {
            load(node, one(subject, limit));
            LedgerNode.until(() -> admitted.get() > 100);
            what.accept(subject, limit);
        }
        assertThat(slowestNanos.get()).isLessThan(SLOWEST.toNanos());
    }

    private void awaitChargesOfTheSecond(Subject subject, Limit limit) {
        try (var second = new RedisProbe(sentinels.second().uri())) {
            long before = second.charged(subject, limit);
            LedgerNode.until(() -> second.charged(subject, limit) > before + 200);
        }
    }

    private void load(LedgerNode node, ChargeRequest request) {
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(node.start(() -> {
                Promise<Void> done = Promise.promise();
                loop(node, request, done);
                return done.future();
            }));
        }
    }

    /** No chain of futures: it would be as deep as there are requests. */
    private void loop(LedgerNode node, ChargeRequest request, Promise<Void> done) {
        if (stop.get()) {
            done.complete();
            return;
        }
        long began = System.nanoTime();
        node.ask(request)
                .compose(result -> {
                    slowestNanos.accumulateAndGet(System.nanoTime() - began, Math::max);
                    result.fold(charged -> admitted, over -> refused, unavailable -> this.unavailable)
                            .incrementAndGet();
                    return node.pause();
                })
                .onComplete(paused -> loop(node, request, done));
    }

    private void end() {
        stop.set(true);
        LedgerNode.await(Future.all(clients));
    }
}
