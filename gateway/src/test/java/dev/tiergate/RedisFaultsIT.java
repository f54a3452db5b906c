package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** F1 to F5: a Redis that is killed, hangs, is slow, forgets everything, or is not heard, under steady orders. */
class RedisFaultsIT {

    private static final int A_SECOND = 300;
    private static final int UNGATED_A_SECOND = 50;
    private static final int STORES = 20;
    private static final long WIDE = 100_000;
    private static final int FULL = 5;

    /** Above what a busy build machine may need while Redis is well, so that only the fault is seen. */
    private static final int DEADLINE_MILLIS = 250;

    /** For the machine, besides the deadline. */
    private static final Duration SLACK = Duration.ofMillis(500);

    private static final Duration BACK_SOON = Duration.ofSeconds(2);

    @Test
    void f1_killed_and_deny_nothing_counted_passes_and_all_passes_soon_after() throws Exception {
        try (var scene = FaultScene.start("deny", DEADLINE_MILLIS)) {
            var full = scene.stores("f1-full", 3, FULL);
            full.forEach(store -> scene.clients.ordersAtOnce(scene.door, store, FULL));
            scene.awaitCopies(full, FULL);
            var stores = scene.stores("f1", STORES, WIDE);
            scene.clients.pace(scene.door, A_SECOND, both(stores, full));
            scene.clients.paceUngated(scene.door, UNGATED_A_SECOND);
            more(scene, FaultLedger.Line::good, 200);

            long killed = System.nanoTime();
            scene.redis.stop();
            more(scene, line -> line.status() == 503, 200);
            scene.redis.restart();
            long restarted = System.nanoTime();
            assertThat(Eventually.holds(
                            "orders pass again", () -> scene.clients.orderNow(scene.door, "f1-0") == 200))
                    .isLessThan(BACK_SOON);
            more(scene, FaultLedger.Line::good, 200);
            scene.clients.stop();

            scene.ledger.holds();
            assertThat(scene.ledger.counted()).allMatch(line -> List.of(200, 429, 503).contains(line.status()));
            assertThat(scene.ledger.counted().filter(line -> line.status() == 503))
                    .allMatch(line -> line.retryAfter() && line.reason().equals("limits_unavailable"));
            assertThat(scene.ledger.median(line -> line.status() == 503)).isLessThan(Duration.ofMillis(50));
            assertThat(scene.ledger.lines()).filteredOn(line -> !line.counted()).allMatch(FaultLedger.Line::good);
            scene.ledger.i3NoStoreIsOver(full, FULL, 0);
            scene.ledger.i4NoStoreGotTooLittle(full, FULL, 0);
            long lost = forgotten(scene, killed, restarted);
            try (var redis = scene.counters()) {
                long unheard = scene.ledger.count(line -> line.status() == 503);
                scene.ledger.i6CountersAreWithin(redis, lost, unheard);
            }
            scene.ledger.theLogTellsOfEveryRefusal(scene.log);
        }
    }

    /** What was admitted since the last copy that is certain. */
    private static long forgotten(FaultScene scene, long killed, long back) {
        long copied = killed - Duration.ofMillis(FaultScene.FLUSH_MILLIS).toNanos();
        return scene.ledger.count(line -> line.good() && line.at() >= copied && line.at() <= back);
    }

    @Test
    void f1_killed_and_allow_what_was_left_passes_and_is_counted_afterwards() throws Exception {
        try (var scene = FaultScene.start("allow", DEADLINE_MILLIS)) {
            var stores = scene.stores("f1-allow", 3, 60);
            stores.forEach(store -> scene.clients.ordersAtOnce(scene.door, store, 39));
            // leases are back, and the copies say 40
            scene.awaitCopies(stores, 40);

            scene.redis.stop();
            Eventually.holds(
                    "Redis is away", () -> scene.gateway.admin("/ready").text().contains("degraded"));
            for (var store : stores) {
                var answers = scene.clients.ordersAtOnce(scene.door, store, 30);
                assertThat(answers).filteredOn(FaultLedger.Line::good).hasSize(20);
                assertThat(answers).filteredOn(line -> line.status() == 503).hasSize(10);
            }
            assertThat(scene.gateway.metric("tiergate_forwarded_total{decision=\"fail-open\"}"))
                    .isEqualTo(20 * stores.size());
            scene.redis.restart();
            Eventually.holds("orders are counted again", () -> stores.stream()
                    .allMatch(store -> scene.clients.orderNow(scene.door, store) == 429));

            scene.ledger.holds();
            // until Redis was told of what passed meanwhile, that much may pass on credit
            scene.ledger.i3NoStoreIsOver(stores, 60, 20);
            scene.ledger.i4NoStoreGotTooLittle(stores, 60, 0);
            try (var redis = scene.counters()) {
                scene.ledger.i6CountersAreWhatWasAdmitted(redis);
            }
        }
    }

    @Test
    void f2_hung_requests_are_answered_in_time_and_late_counts_are_taken_back() throws Exception {
        try (var scene = FaultScene.start("deny", DEADLINE_MILLIS)) {
            var stores = scene.stores("f2", STORES, WIDE);
            scene.clients.pace(scene.door, A_SECOND, stores);
            scene.clients.paceUngated(scene.door, UNGATED_A_SECOND);
            more(scene, FaultLedger.Line::good, 200);

            scene.redis.pause();
            more(scene, line -> line.status() == 503, 300);
            scene.redis.resume();
            more(scene, FaultLedger.Line::good, 300);
            scene.clients.stop();

            exact(scene);
            assertThat(scene.ledger.lines()).filteredOn(line -> !line.counted()).allMatch(FaultLedger.Line::good);
        }
    }

    @Test
    void f3_slow_and_lossy_requests_are_answered_in_time_and_nothing_is_over() throws Exception {
        int deadline = 100;
        try (var scene = FaultScene.start("deny", deadline)) {
            var narrow = scene.stores("f3-narrow", 3, 20);
            var stores = scene.stores("f3", STORES, WIDE);
            scene.clients.pace(scene.door, A_SECOND, both(stores, narrow));

            scene.line.delay(Duration.ofMillis(20));
            scene.line.lose(30);
            more(scene, line -> line.status() == 503, 300);
            scene.line.heal();
            more(scene, FaultLedger.Line::good, 300);
            scene.clients.stop();

            exact(scene);
            scene.ledger.i3NoStoreIsOver(narrow, 20, 0);
            scene.ledger.i4NoStoreGotTooLittle(narrow, 20, 0);
        }
    }

    /** One store at full speed into its limit; Redis forgets all in the midst. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void f4_forgotten_counters_are_brought_back_and_the_limit_is_not_had_twice(boolean restarted) throws Exception {
        long limit = 1_000;
        try (var scene = FaultScene.start("deny", DEADLINE_MILLIS)) {
            var store = scene.stores("f4-" + restarted, 1, limit);
            scene.clients.pace(scene.door, A_SECOND, store);
            more(scene, FaultLedger.Line::good, 800);

            long forgot = System.nanoTime();
            if (restarted) {
                scene.redis.stop();
                scene.redis.restart();
            } else {
                scene.redis.flush();
            }
            long back = System.nanoTime();
            more(scene, line -> line.status() == 429, 100);
            scene.clients.stop();

            scene.ledger.holds();
            assertThat(scene.ledger.count(line -> line.status() == 503 || line.status() == FaultLedger.ABORTED))
                    .isLessThanOrEqualTo(restarted ? A_SECOND : 0);
            scene.ledger.i3NoStoreIsOver(store, limit, forgotten(scene, forgot, back));
            // what a node held in advance when Redis forgot it
            scene.ledger.i4NoStoreGotTooLittle(store, limit, forfeited(scene));
        }
    }

    private static long forfeited(FaultScene scene) {
        return (long) scene.gateway.metric("tiergate_lease_units_forfeited_total");
    }

    @Test
    void f5_replies_that_come_late_are_taken_back() throws Exception {
        try (var scene = FaultScene.start("deny", DEADLINE_MILLIS)) {
            var stores = scene.stores("f5", STORES, WIDE);
            scene.clients.pace(scene.door, A_SECOND, stores);
            more(scene, FaultLedger.Line::good, 200);

            scene.line.hush();
            more(scene, line -> line.status() == 503, 300);
            scene.line.heal();
            more(scene, FaultLedger.Line::good, 300);
            scene.clients.stop();

            exact(scene);
        }
    }

    @Test
    void f5_replies_that_never_come_are_counted_high_and_never_low() throws Exception {
        try (var scene = FaultScene.start("deny", DEADLINE_MILLIS)) {
            var stores = scene.stores("f5-cut", STORES, WIDE);
            scene.clients.pace(scene.door, A_SECOND, stores);
            more(scene, FaultLedger.Line::good, 200);

            scene.line.hush();
            more(scene, line -> line.status() == 503, 100);
            scene.line.cut();
            scene.line.heal();
            more(scene, FaultLedger.Line::good, 300);
            scene.clients.stop();

            scene.ledger.holds();
            try (var redis = scene.counters()) {
                long unheard = scene.ledger.count(line -> line.status() == 503);
                scene.ledger.i6CountersAreWithin(redis, 0, unheard);
            }
        }
    }

    /** All invariants with no loss declared, and every order answered within the deadline. */
    private static void exact(FaultScene scene) throws Exception {
        scene.ledger.holds();
        assertThat(scene.ledger.counted()).noneMatch(line -> line.status() == FaultLedger.ABORTED);
        assertThat(scene.ledger.p99(FaultLedger.Line::counted))
                .isLessThan(Duration.ofMillis(DEADLINE_MILLIS).plus(SLACK));
        try (var redis = scene.counters()) {
            scene.ledger.i6CountersAreWhatWasAdmitted(redis);
        }
        scene.ledger.theLogTellsOfEveryRefusal(scene.log);
    }

    /** Waits until so many more requests had this outcome. */
    private static void more(FaultScene scene, Predicate<FaultLedger.Line> outcome, int requests)
            throws Exception {
        long before = scene.ledger.count(outcome);
        Eventually.holds(requests + " more", () -> scene.ledger.count(outcome) >= before + requests);
    }

    private static List<String> both(List<String> some, List<String> others) {
        var all = new ArrayList<>(some);
        all.addAll(others);
        return all;
    }
}
