package dev.tiergate.limits;

import static dev.tiergate.limits.Limits.limit;
import static dev.tiergate.limits.Limits.subject;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Limit.Window;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is taken while Redis is away, and told to it while others still take and undo. */
class LocalBudgetTest {

    private static final long BOUND = 20;

    private final NodeCounter counter = counter();
    private final AtomicLong numbers = new AtomicLong();

    @Test
    void nothing_taken_is_nothing_to_tell() {
        assertThat(tell()).isNull();
        assertThat(counter.local().untake(1)).isEqualTo(1);
        assertThat(counter.local().owed()).isZero();
    }

    @Test
    void one_caller_tells_it_and_the_next_after_it() {
        take(3);

        var first = tell();
        assertThat(first).isEqualTo(new Debt(1, 3));
        take(2);
        assertThat(tell()).isNull();
        assertThat(counter.local().sending()).isEqualTo(3);

        counter.local().settled(first);
        assertThat(counter.local().owed()).isEqualTo(2);
        assertThat(tell()).isEqualTo(new Debt(2, 2));
    }

    @Test
    void what_redis_is_told_of_cannot_be_undone_here_and_what_came_since_can() {
        take(3);
        tell();
        assertThat(counter.local().untake(1)).isEqualTo(1);

        take(2);
        assertThat(counter.local().untake(3)).isEqualTo(1);
        assertThat(counter.local().owed()).isEqualTo(3);
        assertThat(counter.local().sending()).isEqualTo(3);
    }

    @Test
    void what_redis_did_not_hear_is_told_again_with_what_came_since() {
        take(3);
        var debt = tell();
        take(2);

        counter.local().notSettled(debt, false);

        assertThat(counter.local().sending()).isZero();
        assertThat(counter.local().untake(4)).isZero();
        assertThat(tell()).isEqualTo(new Debt(2, 1));
    }

    @Test
    void what_redis_may_have_heard_is_told_again_as_it_was() {
        take(3);
        var debt = tell();
        take(2);

        counter.local().notSettled(debt, true);

        assertThat(counter.local().untake(3)).isEqualTo(1);
        take(2);
        assertThat(tell()).isEqualTo(debt);
        counter.local().notSettled(debt, false);
        assertThat(tell()).as("Redis may have heard the first time").isEqualTo(debt);
        counter.local().settled(debt);
        assertThat(tell()).isEqualTo(new Debt(2, 2));
    }

    @Test
    void an_answer_to_what_was_told_twice_settles_it_once() {
        take(3);
        var debt = tell();
        counter.local().notSettled(debt, true);
        tell();
        counter.local().settled(debt);
        take(2);
        var next = tell();

        counter.local().settled(debt);
        counter.local().notSettled(debt, false);

        assertThat(counter.local().sending()).isEqualTo(2);
        assertThat(tell()).as("it is being told").isNull();
        counter.local().settled(next);
        assertThat(counter.local().owed()).isZero();
    }

    @Test
    void units_under_way_to_redis_are_used() {
        take(BOUND - 1);
        tell();

        assertThat(counter.current()).isEqualTo(BOUND - 1);
        assertThat(counter.takeLocally(BOUND, 2, 1)).isOne();
        assertThat(counter.takeLocally(BOUND, 1, 1)).isZero();
        assertThat(counter.current()).isEqualTo(BOUND);
    }

    @Test
    void each_of_several_nodes_lets_pass_its_even_part_of_what_is_left_rounded_down() {
        counter.learn(new Told(3, 0, 1, 1));
        assertThat(counter.takeLocally(BOUND, BOUND, 4)).isEqualTo((BOUND - 3) / 4);
        assertThat(counter.takeLocally(BOUND, 1, 4)).isZero();
    }

    /** What Redis said before the report came is read, and the report comes then. */
    @Test
    void units_that_are_settled_while_more_are_asked_for_are_not_let_pass_twice() {
        var budget = new LocalBudget();
        budget.take(BOUND, () -> 0, BOUND - 5, 1);
        var debt = budget.beginSettling(numbers::incrementAndGet);
        var charged = new AtomicLong();
        LongSupplier reported = () -> {
            if (budget.sending() > 0) {
                budget.settled(debt);
                return charged.getAndSet(BOUND - 5);
            }
            return charged.get();
        };

        assertThat(budget.take(BOUND, reported, BOUND, 1)).isEqualTo(5);
        assertThat(budget.owed()).isEqualTo(5);
        assertThat(budget.take(BOUND, reported, 1, 1)).isZero();
    }

    /** Requests, refusals and reports in any order: Redis ends with what was used. */
    @Test
    void redis_ends_with_what_was_used_whatever_comes_between() {
        for (long seed = 0; seed < 300; seed++) {
            new World(seed).run();
        }
    }

    private static final class World {

        private final long seed;
        private final Random random;
        private final NodeCounter counter = counter();
        private final List<Long> taken = new ArrayList<>();
        private final AtomicLong numbers = new AtomicLong();
        private final List<Debt> sent = new ArrayList<>();
        private long told;
        private long heard;
        private long back;
        private @Nullable Debt telling;

        World(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
        }

        void run() {
            for (int step = 0; step < 200; step++) {
                step();
                assertThat(counter.local().owed() - counter.local().sending()).isNotNegative();
                assertThat(counter.local().owed()).isLessThanOrEqualTo(BOUND);
            }
            while (counter.local().owed() > 0) {
                telling = telling == null ? counter.local().beginSettling(numbers::incrementAndGet) : telling;
                report(true);
            }
            long used = taken.stream().mapToLong(Long::longValue).sum();
            assertThat(told - back).as("world %s", seed).isEqualTo(used);
        }

        private void step() {
            switch (random.nextInt(5)) {
                case 0 -> {
                    long units = counter.takeLocally(BOUND, 1 + random.nextInt(5), 1);
                    if (units > 0) {
                        taken.add(units);
                    }
                }
                case 1 -> {
                    if (!taken.isEmpty()) {
                        long units = taken.remove(random.nextInt(taken.size()));
                        back += counter.local().untake(units);
                    }
                }
                case 2 -> {
                    Debt debt = counter.local().beginSettling(numbers::incrementAndGet);
                    assertThat(debt == null || telling == null).as("one tells").isTrue();
                    telling = debt == null ? telling : debt;
                }
                case 3 -> report(random.nextBoolean());
                default -> {
                    if (!sent.isEmpty()) {
                        counter.local().settled(hear(sent.get(random.nextInt(sent.size()))));
                        telling = counter.local().sending() == 0 ? null : telling;
                    }
                }
            }
        }

        private void report(boolean answered) {
            Debt debt = telling;
            if (debt == null) {
                return;
            }
            telling = null;
            if (answered) {
                counter.local().settled(hear(debt));
            } else if (random.nextBoolean()) {
                sent.add(debt); // it may still come
                counter.local().notSettled(debt, true);
            } else {
                counter.local().notSettled(debt, false);
            }
        }

        /** As the script does. */
        private Debt hear(Debt debt) {
            if (debt.number() > heard) {
                heard = debt.number();
                told += debt.units();
            }
            return debt;
        }
    }

    @Test
    void event_loops_that_take_undo_and_tell_at_once_lose_nothing() throws Exception {
        var node = new Loops();
        var threads = Executors.newFixedThreadPool(Loops.COUNT);
        try {
            for (Future<Boolean> each : threads.invokeAll(Collections.nCopies(Loops.COUNT, node))) {
                assertThat(each.get()).as("alone in telling").isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(node.told.get() - node.back.get() + node.counter.local().owed())
                .isEqualTo(Loops.UNITS * Loops.COUNT * Loops.ROUNDS / Loops.KEPT);
    }

    /** Each call is an event loop that undoes all but some of what it takes. */
    private static final class Loops implements Callable<Boolean> {

        private static final int COUNT = 4;
        private static final int ROUNDS = 20_000;
        private static final int KEPT = 4;
        private static final long UNITS = 2;

        private final NodeCounter counter = counter();
        private final AtomicLong numbers = new AtomicLong();
        private final AtomicLong told = new AtomicLong();
        private final AtomicLong back = new AtomicLong();
        private final AtomicInteger tellers = new AtomicInteger();
        private final CyclicBarrier start = new CyclicBarrier(COUNT);

        @Override
        public Boolean call() throws Exception {
            start.await();
            boolean alone = true;
            for (int round = 0; round < ROUNDS; round++) {
                counter.takeLocally(Limit.UNLIMITED, UNITS, 1);
                Debt debt = counter.local().beginSettling(numbers::incrementAndGet);
                if (debt != null) {
                    alone &= tell(debt, round % 2 == 0);
                }
                if (round % KEPT != 0) {
                    back.addAndGet(counter.local().untake(UNITS));
                }
            }
            return alone;
        }

        private boolean tell(Debt debt, boolean heard) {
            boolean alone = tellers.incrementAndGet() == 1 && counter.local().sending() == debt.units();
            if (heard) {
                told.addAndGet(debt.units());
            }
            tellers.decrementAndGet();
            if (heard) {
                counter.local().settled(debt);
            } else {
                counter.local().notSettled(debt, false);
            }
            return alone;
        }
    }

    private @Nullable Debt tell() {
        return counter.local().beginSettling(numbers::incrementAndGet);
    }

    private void take(long units) {
        assertThat(counter.takeLocally(BOUND, units, 1)).isEqualTo(units);
    }

    private static NodeCounter counter() {
        var subject = subject();
        var limit = limit("total", Window.TOTAL, BOUND);
        @Nullable
        WindowSpan none = Windows.around(limit.window(), subject.store().zone(), Limits.ANCHOR, MemoryLedger.NOW)
                .orElse(null);
        return new NodeCounter(Place.of(subject, limit, none));
    }
}
