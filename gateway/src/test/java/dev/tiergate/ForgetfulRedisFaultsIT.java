package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.FaultLedger.Line;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** F1 and F4: a Redis that is killed, or comes back without a memory or with an old one, under steady orders. */
class ForgetfulRedisFaultsIT {

    private static final int A_SECOND = 300;
    private static final int UNGATED_A_SECOND = 50;
    private static final long WIDE = 100_000;

    /** So that nothing but the fault refuses anything, however busy the machine is. */
    private static final int PATIENT_MILLIS = 10_000;

    private static final Duration AT_ONCE = Duration.ofMillis(50);
    private static final Duration POSTGRES_MAY_TAKE = Duration.ofMillis(250);
    private static final Duration BACK_SOON = Duration.ofSeconds(2);

    private static FaultScene scene;

    /** In which way Redis loses what it has, or since the snapshot had. */
    enum Loss {
        FLUSH {
            @Override
            void strike() {
                scene.redis.flush();
            }
        },
        RESTART {
            @Override
            void strike() {
                scene.redis.stop();
                scene.redis.restart();
            }
        },
        OLD_SNAPSHOT {
            @Override
            void strike() {
                scene.redis.stop();
                scene.redis.restartOld();
            }
        };

        abstract void strike();
    }

    @BeforeAll
    static void start() throws Exception {
        scene = FaultScene.start("deny", PATIENT_MILLIS);
    }

    @AfterAll
    static void stop() throws Exception {
        scene.close();
    }

    @Test
    void f1_killed_and_deny_nothing_counted_passes_and_all_passes_soon_after() throws Exception {
        int limit = 5;
        try (var run = scene.begin()) {
            var full = run.stores("f1-full", 3, limit);
            full.forEach(store -> run.clients.ordersAtOnce(run.door, store, limit));
            run.awaitCopies(full, limit);
            var all = new ArrayList<>(run.stores("f1", 20, WIDE));
            all.addAll(full);
            run.clients.pace(run.door, A_SECOND, all);
            run.clients.paceUngated(run.door, UNGATED_A_SECOND);
            run.more(Line::good, 200);

            long killed = System.nanoTime();
            scene.redis.stop();
            run.more(Line::unavailable, 200);
            long restarting = System.nanoTime();
            scene.redis.restart();
            assertThat(Eventually.holds("orders pass again", () -> run.clients.orderNow(run.door, "f1-0") == 200))
                    .isLessThan(BACK_SOON);
            long back = System.nanoTime();
            run.more(Line::good, 200);
            run.clients.stop();

            assertThat(run.ledger.lines()).filteredOn(Line::unavailable).allMatch(Line::retryAfter);
            // beyond what requests take that ask no Redis: clients, and tests beside this one, share the machine
            var ungated = run.ledger.median(line -> !line.counted() && line.at() >= killed && line.at() <= back);
            assertThat(run.ledger.median(line -> line.unavailable() && line.at() < restarting))
                    .isLessThan(ungated.plus(AT_ONCE));
            // once Redis is back, who comes before its store's counters are waits for PostgreSQL
            assertThat(run.ledger.median(Line::unavailable))
                    .isLessThan(ungated.plus(AT_ONCE).plus(POSTGRES_MAY_TAKE));
            assertThat(run.ledger.lines()).filteredOn(line -> !line.counted()).allMatch(Line::good);
            run.ledger.i3NoStoreIsOver(full, limit, 0);
            run.ledger.i4NoStoreGotTooLittle(full, limit, 0);
            run.isWithin(run.forgotten(killed, back), run.ledger.count(Line::unavailable));
        }
    }

    @Test
    void f1_killed_and_allow_what_was_left_passes_and_is_counted_afterwards() throws Exception {
        int limit = 60;
        int left = 20;
        try (var allowing = FaultScene.start("allow", PATIENT_MILLIS);
                var run = allowing.begin()) {
            var stores = run.stores("f1-allow", 3, limit);
            stores.forEach(store -> run.clients.ordersAtOnce(run.door, store, limit - left - 1));
            // what was held in advance is back by then, too
            run.awaitCopies(stores, limit - left);

            allowing.redis.stop();
            Eventually.holds(
                    "Redis is away",
                    () -> allowing.gateway.admin("/ready").text().contains("degraded"));
            for (var store : stores) {
                var answers = run.clients.ordersAtOnce(run.door, store, left + 10);
                assertThat(answers).filteredOn(Line::good).hasSize(left);
                assertThat(answers).filteredOn(Line::unavailable).hasSize(10);
            }
            assertThat(allowing.gateway.metric("tiergate_forwarded_total{decision=\"fail-open\"}"))
                    .isEqualTo(left * stores.size());

            allowing.redis.restart();
            for (var store : stores) {
                Eventually.holds(store + " is full", () -> run.clients.orderNow(run.door, store) == 429);
            }
            // until Redis was told of what passed meanwhile, as much may pass on credit
            run.ledger.i3NoStoreIsOver(stores, limit, left);
            run.ledger.i4NoStoreGotTooLittle(stores, limit, 0);
            run.isExact();
        }
    }

    /** One store at full speed into its limit, which is more than what may be lost. */
    @ParameterizedTest
    @EnumSource(Loss.class)
    void f4_forgotten_counters_are_brought_back_and_the_limit_is_not_had_twice(Loss loss) throws Exception {
        int limit = 6 * A_SECOND;
        try (var run = scene.begin()) {
            var store = run.stores("f4-" + loss, 1, limit);
            run.clients.pace(run.door, A_SECOND, store);
            run.more(Line::good, limit / 10);
            scene.redis.snapshot();
            run.more(Line::good, limit * 8 / 10);

            double forfeited = forfeited();
            long struck = System.nanoTime();
            loss.strike();
            long back = System.nanoTime();
            run.more(line -> line.status() == 429, 100);
            run.clients.stop();

            run.ledger.holds();
            assertThat(run.ledger.lines())
                    .allMatch(line -> List.of(200, 429, 503).contains(line.status()));
            if (loss == Loss.FLUSH) {
                assertThat(run.ledger.lines()).noneMatch(Line::unavailable);
            }
            run.ledger.i3NoStoreIsOver(store, limit, run.forgotten(struck, back));
            run.ledger.i4NoStoreGotTooLittle(store, limit, (long) (forfeited() - forfeited));
        }
    }

    /** Units that the gateway held in advance when Redis forgot them. */
    private static double forfeited() {
        return scene.gateway.metric("tiergate_lease_units_forfeited_total");
    }
}
