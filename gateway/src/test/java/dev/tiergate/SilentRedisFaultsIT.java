package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.FaultLedger.Line;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** F2, F3 and F5: a Redis that hangs, is slow, or is not heard, under steady orders. */
class SilentRedisFaultsIT {

    private static final int A_SECOND = 300;
    private static final int STORES = 20;
    private static final long WIDE = 100_000;

    /** Above what Redis takes on a busy machine most of the time; what it refuses before the fault is in the books too. */
    private static final int DEADLINE_MILLIS = 250;

    /** The deadline, and half a second for the machine. */
    private static final Duration IN_TIME = Duration.ofMillis(DEADLINE_MILLIS + 500);

    private static FaultScene scene;

    @BeforeAll
    static void start() throws Exception {
        scene = FaultScene.start("deny", DEADLINE_MILLIS);
        try (var warmUp = scene.begin()) {
            warmUp.clients.pace(warmUp.door, A_SECOND, warmUp.stores("warm-up", STORES, WIDE));
            warmUp.more(Line::good, 500);
        }
    }

    @AfterEach
    void heal() {
        scene.line.heal();
    }

    @AfterAll
    static void stop() throws Exception {
        scene.close();
    }

    @Test
    void f2_hung_requests_are_answered_in_time_and_late_counts_are_taken_back() throws Exception {
        try (var run = scene.begin()) {
            run.clients.pace(run.door, A_SECOND, run.stores("f2", STORES, WIDE));
            run.clients.paceUngated(run.door, 50);
            run.more(Line::good, 200);

            scene.redis.pause();
            run.more(Line::unavailable, 300);
            scene.redis.resume();
            run.more(Line::good, 300);
            run.clients.stop();

            inTime(run);
            assertThat(run.ledger.lines()).filteredOn(line -> !line.counted()).allMatch(Line::good);
            run.isExact();
        }
    }

    @Test
    void f3_slow_and_lossy_requests_are_answered_in_time_and_nothing_is_over() throws Exception {
        int limit = 20;
        try (var run = scene.begin()) {
            var narrow = run.stores("f3-narrow", 3, limit);
            var all = new ArrayList<>(run.stores("f3", STORES, WIDE));
            all.addAll(narrow);
            run.clients.pace(run.door, A_SECOND, all);

            scene.line.delay(Duration.ofMillis(20));
            scene.line.lose(30);
            run.more(Line::unavailable, 200);
            scene.line.heal();
            run.more(Line::good, 500);
            run.clients.stop();

            inTime(run);
            run.ledger.i3NoStoreIsOver(narrow, limit, 0);
            run.ledger.i4NoStoreGotTooLittle(narrow, limit, 0);
            run.isExact();
        }
    }

    @Test
    void f5_replies_that_come_late_are_taken_back() throws Exception {
        try (var run = scene.begin()) {
            silence(run, "f5-late", 300, scene.line::heal);
            run.isExact();
        }
    }

    @Test
    void f5_replies_that_never_come_are_counted_high_and_never_low() throws Exception {
        try (var run = scene.begin()) {
            silence(run, "f5-never", 100, () -> {
                scene.line.cut();
                scene.line.heal();
            });
            run.isWithin(0, run.ledger.count(Line::unavailable));
        }
    }

    /** Clients go on while no reply comes, until so many of them were refused. */
    private static void silence(FaultRun run, String stores, int refused, Runnable end) throws Exception {
        run.clients.pace(run.door, A_SECOND, run.stores(stores, STORES, WIDE));
        run.more(Line::good, 200);

        scene.line.hush();
        run.more(Line::unavailable, refused);
        end.run();
        run.more(Line::good, 300);
        run.clients.stop();

        inTime(run);
    }

    private static void inTime(FaultRun run) {
        assertThat(run.ledger.lines()).allMatch(line -> List.of(200, 429, 503).contains(line.status()));
        assertThat(run.ledger.p99(Line::counted)).isLessThan(IN_TIME);
    }
}
