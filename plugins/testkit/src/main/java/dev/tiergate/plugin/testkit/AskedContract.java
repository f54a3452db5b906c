package dev.tiergate.plugin.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Cost;
import dev.tiergate.plugin.testkit.Loop.Asked;
import dev.tiergate.routes.Route.PluginUse;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Makes a plugin's checks as the gateway makes them, and asks them on event loops of its own: what holds whatever they
 * answer.
 *
 * @param <A> what they answer
 */
abstract class AskedContract<A> extends ConfigurationContract {

    /** The gateway's watchdog names who holds a loop for longer. */
    private static final Duration MOST_HELD = Duration.ofMillis(100);

    /** Of which the best counts, so that a busy machine is not taken for a slow check. */
    private static final int TRIES = 5;

    private static final int MANY = 20;

    final Loop loop = new Loop();
    final Loop otherLoop = new Loop();
    private final List<Made> open = new ArrayList<>();

    /**
     * A check, and where it is asked.
     *
     * @param cost what it tells; empty where it is asked itself
     */
    record Made(Check check, Optional<Cost> cost, TestContext context, Loop loop) {

        /** As the gateway does, when the last request is over. */
        void close() {
            if (check instanceof AutoCloseable owner) {
                loop.on(() -> {
                    owner.close();
                    return owner;
                });
            }
        }
    }

    AskedContract(String name) {
        super(name);
    }

    /** Asks it all that there is to ask about a request. */
    abstract Asked<A> ask(Made made, Call call);

    /** Equal for answers that nobody outside can tell apart. */
    abstract Object comparable(A answer);

    /** Requests that matter to this check, besides those that matter to all, by what they are. */
    protected Map<String, TestCall> calls() {
        return Map.of();
    }

    /** By when it has to answer, as {@code deadline} in routes.yaml. */
    protected Duration deadline() {
        return PluginUse.DEFAULT_DEADLINE;
    }

    /** For what happens elsewhere: far above what it takes on a busy machine, far below a hung build. */
    Duration patience() {
        return Duration.ofSeconds(30);
    }

    @AfterEach
    void closeChecks() {
        open.forEach(Made::close);
        open.clear();
    }

    @AfterAll
    void closeLoops() {
        loop.close();
        otherLoop.close();
    }

    /** A check that is closed after the test, at the latest. */
    final Made made(String config, Loop where) {
        var made = unheld(config, where);
        open.add(made);
        return made;
    }

    final void close(Made made) {
        open.remove(made);
        made.close();
    }

    /** A check that nobody else closes, or keeps. */
    final Made unheld(String config, Loop where) {
        var use = use(config);
        var context = new TestContext(where.vertx(), "GET /checked", UPSTREAMS);
        return where.on(() -> {
            var check = use.check(context);
            return new Made(check, check.cost(), context, where);
        });
    }

    /** By what they are. */
    final Map<String, TestCall> requests() {
        Map<String, TestCall> all = OddCalls.all();
        all.putAll(calls());
        return all;
    }

    final Map<String, A> answers(Made made) {
        Map<String, A> all = new LinkedHashMap<>();
        requests().forEach((what, call) -> all.put(what, decision(what, ask(made, call))));
        return all;
    }

    /** As {@link #answers}, without what nobody outside can tell apart. */
    final Map<String, Object> said(Made made) {
        Map<String, Object> all = new LinkedHashMap<>();
        answers(made).forEach((what, answer) -> all.put(what, comparable(answer)));
        return all;
    }

    /** What is answered in time; what an answer must not be fails the test. */
    final <T> T decision(String what, Asked<T> asked) {
        assertThat(asked.thrown()).as("it throws: %s", what).isNull();
        var answer = asked.answer();
        if (answer == null) {
            throw new AssertionError("it gives no future: " + what);
        }
        T given = Loop.within(what, answer, deadline());
        if (given == null) {
            throw new AssertionError("it decides nothing: " + what);
        }
        return given;
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void it_answers_every_request_in_time(String config) {
        var made = made(config, loop);
        requests().forEach((what, call) -> decision(what, ask(made, call)));
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void it_neither_waits_on_its_event_loop_nor_holds_it(String config) {
        answers(made(config, loop)); // which loads classes
        Map<String, List<Asked<A>>> tries = new LinkedHashMap<>();
        for (int i = 0; i < TRIES; i++) {
            var made = made(config, loop);
            requests()
                    .forEach((what, call) -> tries.computeIfAbsent(what, first -> new ArrayList<>())
                            .add(ask(made, call)));
        }
        tries.forEach((what, asked) -> {
            assertThat(asked).as("it waits on the event loop: %s", what).anyMatch(one -> one.waits() == 0);
            assertThat(asked)
                    .as("it holds the event loop: %s", what)
                    .anyMatch(one -> one.held().compareTo(MOST_HELD) < 0);
        });
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void each_event_loop_has_a_check_of_its_own_that_knows_nothing_of_others(String config) {
        var here = made(config, loop);
        var there = made(config, otherLoop);
        assertThat(there.check()).isNotSameAs(here.check());
        var said = said(here);
        assertThat(said(there)).isEqualTo(said);
        close(here);
        assertThat(said(there)).isEqualTo(said);
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void what_it_counts_is_there_before_it_is_asked(String config) {
        var made = made(config, loop);
        var before = Set.copyOf(made.context().counters().keySet());
        answers(made);
        assertThat(made.context().counters().keySet()).isEqualTo(before);
        assertThat(before).allSatisfy(series -> {
            assertThat(series.get(0)).matches("[a-z][a-z0-9_]*");
            assertThat(series).as("a name, then keys with values").size().isOdd();
        });
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void a_check_that_is_closed_is_let_go(String config) {
        var closed = closed(config);
        Patience.until(patience(), "something still holds the check that was closed", () -> {
            System.gc();
            return closed.get() == null;
        });
    }

    private WeakReference<Check> closed(String config) {
        var made = unheld(config, loop);
        answers(made);
        made.close();
        return new WeakReference<>(made.check());
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void checks_that_are_closed_leave_no_threads(String config) {
        var before = Thread.getAllStackTraces().size();
        for (int i = 0; i < MANY; i++) {
            unheld(config, loop).close();
        }
        Patience.until(
                patience(),
                "threads of closed checks live on",
                () -> Thread.getAllStackTraces().size() - before < MANY);
    }
}
