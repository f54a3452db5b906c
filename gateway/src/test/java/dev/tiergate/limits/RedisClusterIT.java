package dev.tiergate.limits;

import static dev.tiergate.limits.Limits.limit;
import static dev.tiergate.limits.Limits.one;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.RedisCluster;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Limit.Window;
import dev.tiergate.redis.Slots;
import dev.tiergate.telemetry.MetricNames;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A cluster that changes while it is used. */
class RedisClusterIT {

    private final RedisCluster cluster = RedisCluster.shared();

    @Test
    void a_slot_that_moves_back_and_forth_under_load_keeps_its_counters_exact() {
        var limit = limit("daily", Window.DAY, 1_000_000);
        var moving = at(0);
        try (var first = LedgerNode.open(cluster.uri());
                var second = LedgerNode.open(cluster.uri())) {
            var load = new Load(List.of(first, second), List.of(moving, at(1), at(2)), limit);
            LedgerNode.until(() -> load.admitted(0) > 100);
            int slot = Slots.of(moving.store().externalId());
            for (int round = 0; round < 3; round++) {
                cluster.move(slot, 0, 1);
                load.more(0, 50);
                cluster.move(slot, 1, 0);
                load.more(0, 50);
            }
            load.end();

            assertThat(load.unavailable()).isZero();
            for (int i = 0; i < 3; i++) {
                assertThat(settled(first, load, i)).isEqualTo(load.admitted(i));
            }
        }
    }

    /** One of four is asked first, so of ten nearly always one meets it. */
    @Test
    void a_master_that_was_cut_off_is_left_for_those_that_others_name() {
        var limit = limit("daily", Window.DAY, 1_000_000);
        try (var alone = RedisCluster.cutOff()) {
            var uri = cluster.uri().replace("://", "://127.0.0.1:" + alone.port() + ",");
            for (int i = 0; i < 10; i++) {
                try (var node = LedgerNode.open(uri, quick())) {
                    LedgerNode.until(() -> node.charge(one(at(0), limit)) instanceof ChargeResult.Charged);
                }
            }
        }
    }

    @Test
    void a_master_that_is_stopped_costs_its_own_stores_only() {
        var limit = limit("daily", Window.DAY, 1_000_000);
        try (var own = RedisCluster.start();
                var node = LedgerNode.open(own.uri(), quick())) {
            var load = new Load(List.of(node), List.of(at(0), at(1), at(2)), limit);
            LedgerNode.until(() -> load.admitted(0) > 50 && load.admitted(1) > 50 && load.admitted(2) > 50);
            own.master(0).stop();
            LedgerNode.until(() -> node.ledger.notReady().isPresent());
            int refused = load.unavailable(0);
            load.more(1, 100);
            load.more(2, 100);
            LedgerNode.until(() -> load.unavailable(0) > refused);
            load.end();

            assertThat(load.unavailable(1) + load.unavailable(2)).isZero();
            for (int i = 1; i < 3; i++) {
                assertThat(settled(node, load, i)).isEqualTo(load.admitted(i));
            }
        }
    }

    @Test
    void a_master_that_hangs_holds_nobody_else_up_and_serves_when_it_goes_on() {
        var limit = limit("daily", Window.DAY, 1_000_000);
        try (var node = LedgerNode.open(cluster.uri(), quick())) {
            var load = new Load(List.of(node), List.of(at(0), at(1)), limit);
            LedgerNode.until(() -> load.admitted(0) > 50 && load.admitted(1) > 50);
            cluster.master(0).pause();
            LedgerNode.until(() -> load.unavailable(0) > 0);
            load.more(1, 100);
            cluster.master(0).resume();
            load.more(0, 100);
            load.end();

            assertThat(load.unavailable(1)).isZero();
            assertThat(settled(node, load, 1)).isEqualTo(load.admitted(1));
            assertThat(settled(node, load, 0)).isEqualTo(load.admitted(0));
        }
    }

    @Test
    void while_a_master_hangs_the_others_stores_have_their_leases_and_pay_their_debts() {
        var limit = limit("daily", Window.DAY, 1_000_000);
        var leased = at(1);
        var indebted = at(2);
        try (var node = LedgerNode.open(cluster.uri(), quick());
                var second = new RedisProbe(cluster.master(1).uri());
                var third = new RedisProbe(cluster.master(2).uri())) {
            node.awaitRecallable();
            node.current(indebted, limit); // so that the store is known to Redis
            cluster.master(0).pause();
            LedgerNode.until(() -> {
                node.charge(one(at(0), limit));
                return node.ledger.notReady().isPresent();
            });

            var admitted = new AtomicInteger();
            LedgerNode.until(() -> {
                admitted.addAndGet(node.admits(one(leased, limit)) ? 1 : 0);
                return node.meters.get(MetricNames.LEASES).gauge().value() > 0;
            });
            node.run(() -> node.ledger.chargeLocally(one(indebted, limit)));

            LedgerNode.until(() -> third.charged(indebted, limit) == 1);
            LedgerNode.until(() -> second.charged(leased, limit) == admitted.get());
            assertThat(node.ledger.notReady()).as("it hangs still").isPresent();
            cluster.master(0).resume();
            node.awaitReady();
        } finally {
            cluster.master(0).resume();
        }
    }

    /** A slot on its way, of which either master has some of the keys that a charge needs. */
    @Test
    void servers_that_say_try_again_past_the_deadline_are_not_late() {
        var limit = limit("daily", Window.DAY, 1_000_000);
        var divided = at(0);
        int slot = Slots.of(divided.store().externalId());
        try (var own = RedisCluster.start();
                var node = LedgerNode.open(own.uri(), LinkSettings.DEFAULT.withDeadline(Duration.ofMillis(100)))) {
            node.charged(one(divided, limit));
            own.divide(slot, 0, 1, "tg:{" + divided.store().externalId() + "}:epoch");
            for (int i = 0; i < 2 * RedisCircuit.LATE; i++) {
                assertThat(node.charge(one(divided, limit))).isInstanceOf(ChargeResult.Unavailable.class);
            }

            assertThat(node.meters
                            .get(MetricNames.REDIS_CIRCUIT_OPENED)
                            .counter()
                            .count())
                    .isZero();
            assertThat(node.admits(one(at(0), limit))).isTrue();
            own.move(slot, 0, 1);
            LedgerNode.until(() -> node.charge(one(divided, limit)) instanceof ChargeResult.Charged);
        }
    }

    /** All masters have stores that are asked for at a steady rate, whether or not they are answered. */
    @Test
    void a_master_that_answers_late_is_spared_alone_though_it_is_the_one_that_nodes_report_to() {
        var limit = limit("parallel", Window.CONCURRENT, 1_000_000);
        int bad = RedisCluster.home(Slots.of("tg:nodes"));
        var sick = cluster.master(bad);
        List<Subject> well = IntStream.range(0, RedisCluster.MASTERS)
                .filter(master -> master != bad)
                .mapToObj(RedisClusterIT::at)
                .toList();
        try (var node = LedgerNode.open(cluster.uri(), LinkSettings.DEFAULT.withDeadline(Duration.ofMillis(100)))) {
            var open = new Arrivals(node, limit);
            var late = Pattern.compile("Redis: \\S+:" + sick.port() + ": \\d+ of the last \\d+ commands were late");
            LedgerNode.until(() -> {
                open.arrive(at(bad));
                String reason = node.ledger.notReady().orElse("");
                if (reason.isEmpty()) {
                    sick.pause();
                } else {
                    sick.resume();
                }
                return late.matcher(reason).matches();
            });
            sick.pause();
            for (Subject subject : well) {
                LedgerNode.until(() -> {
                    open.arrive(at(bad));
                    open.arrive(subject);
                    return open.admitted(subject) > 100;
                });
            }
            sick.resume();
            Subject back = at(bad);
            LedgerNode.until(() -> {
                open.arrive(back);
                return open.admitted(back) > 100;
            });
            node.awaitReady();
            open.end();
        } finally {
            sick.resume();
        }
    }

    @Test
    void scripts_that_one_master_lost_cost_no_request() {
        var limit = limit("daily", Window.DAY, 1_000_000);
        try (var node = LedgerNode.open(cluster.uri())) {
            var load = new Load(List.of(node), List.of(at(0), at(1), at(2)), limit);
            for (int round = 0; round < 5; round++) {
                load.more(1, 50);
                cluster.master(1).flushScripts();
            }
            load.more(1, 50);
            load.end();

            assertThat(load.unavailable()).isZero();
            for (int i = 0; i < 3; i++) {
                assertThat(settled(node, load, i)).isEqualTo(load.admitted(i));
            }
        }
    }

    /** Long enough for a busy build machine, short enough for a test. */
    private static LinkSettings quick() {
        return LinkSettings.DEFAULT.withDeadline(Duration.ofMillis(500));
    }

    /** What Redis counts when leases have ended, and what was charged late is given back. */
    private static long settled(LedgerNode node, Load load, int store) {
        LedgerNode.until(() -> node.current(load.subject(store), load.limit) == load.admitted(store));
        return node.current(load.subject(store), load.limit);
    }

    /** A store of which a master has the counters. */
    private static Subject at(int master) {
        while (true) {
            Subject subject = Limits.subject();
            if (RedisCluster.home(Slots.of(subject.store().externalId())) == master) {
                return subject;
            }
        }
    }

    /** Requests that come however long those before them take. */
    private static final class Arrivals {

        private final LedgerNode node;
        private final Limit limit;
        private final Map<Subject, AtomicInteger> admitted = new ConcurrentHashMap<>();
        private final List<Future<?>> all = new ArrayList<>();

        Arrivals(LedgerNode node, Limit limit) {
            this.node = node;
            this.limit = limit;
        }

        void arrive(Subject subject) {
            all.add(node.start(() -> node.ledger.charge(one(subject, limit)).onSuccess(result -> {
                if (result instanceof ChargeResult.Charged) {
                    admitted.computeIfAbsent(subject, first -> new AtomicInteger())
                            .incrementAndGet();
                }
            })));
        }

        int admitted(Subject subject) {
            var count = admitted.get(subject);
            return count == null ? 0 : count.get();
        }

        void end() {
            LedgerNode.await(Future.all(all));
        }
    }

    /** Clients that charge one unit after the other until the end. */
    private static final class Load {

        private static final int CLIENTS_A_STORE = 8;

        private final List<Subject> subjects;
        private final Limit limit;
        private final List<AtomicInteger> admitted = new ArrayList<>();
        private final List<AtomicInteger> unavailable = new ArrayList<>();
        private final List<Future<?>> clients = new ArrayList<>();
        private final AtomicBoolean stop = new AtomicBoolean();

        Load(List<LedgerNode> nodes, List<Subject> subjects, Limit limit) {
            this.subjects = subjects;
            this.limit = limit;
            for (int i = 0; i < subjects.size(); i++) {
                admitted.add(new AtomicInteger());
                unavailable.add(new AtomicInteger());
                for (int n = 0; n < CLIENTS_A_STORE; n++) {
                    LedgerNode node = nodes.get(n % nodes.size());
                    int store = i;
                    clients.add(node.start(() -> {
                        Promise<Void> done = Promise.promise();
                        loop(node, store, done);
                        return done.future();
                    }));
                }
            }
        }

        /** No chain of futures: it would be as deep as there are requests. */
        private void loop(LedgerNode node, int store, Promise<Void> done) {
            if (stop.get()) {
                done.complete();
                return;
            }
            node.ask(one(subjects.get(store), limit))
                    .compose(result -> {
                        (result instanceof ChargeResult.Charged ? admitted : unavailable)
                                .get(store)
                                .incrementAndGet();
                        return node.pause();
                    })
                    .onComplete(paused -> loop(node, store, done));
        }

        Subject subject(int store) {
            return subjects.get(store);
        }

        int admitted(int store) {
            return admitted.get(store).get();
        }

        int unavailable(int store) {
            return unavailable.get(store).get();
        }

        int unavailable() {
            return unavailable.stream().mapToInt(AtomicInteger::get).sum();
        }

        /** Waits until so many more were admitted. */
        void more(int store, int requests) {
            int before = admitted(store);
            LedgerNode.until(() -> admitted(store) >= before + requests);
        }

        void end() {
            stop.set(true);
            LedgerNode.await(Future.all(clients));
        }
    }
}
