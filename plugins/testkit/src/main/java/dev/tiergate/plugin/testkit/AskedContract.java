package dev.tiergate.plugin.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Cost;
import dev.tiergate.plugin.testkit.Loop.Asked;
import dev.tiergate.routes.GatewayConfig;
import dev.tiergate.routes.Route;
import dev.tiergate.routes.Route.PluginUse;
import java.lang.ref.WeakReference;
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
abstract class AskedContract<A> extends RequestContract {

    private static final int MANY = 20;

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

    /** The plugin where {@link #place} put it. */
    abstract PluginUse use(Route route);

    @Override
    final Record configuration(GatewayConfig config) {
        return use(config.routes().get(0)).config();
    }

    /** Asks it all that there is to ask about a request. */
    abstract Asked<A> ask(Made made, Call call);

    /** Equal for answers that nobody outside can tell apart. */
    abstract Object comparable(A answer);

    @AfterEach
    void closeChecks() {
        open.forEach(Made::close);
        open.clear();
    }

    @AfterAll
    void closeOtherLoop() {
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
        var use = use(loaded(config).routes().get(0));
        var context = new TestContext(where.vertx(), "GET /checked", UPSTREAMS);
        return where.on(() -> {
            var check = use.check(context);
            return new Made(check, check.cost(), context, where);
        });
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
        neitherWaitsNorHolds(requests -> {
            var made = made(config, loop);
            Map<String, Asked<A>> asked = new LinkedHashMap<>();
            requests.forEach((what, call) -> asked.put(what, ask(made, call)));
            return asked;
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
